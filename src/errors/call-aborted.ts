/** A call was not sent, because every client that waited for it has disconnected. */
export class CallAborted extends Error {
  override readonly name = 'CallAborted';
}
