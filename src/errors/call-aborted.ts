/** A call was not sent: everybody who waited for it has gone. */
export class CallAborted extends Error {
  override readonly name = 'CallAborted';
}
