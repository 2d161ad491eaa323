/** What a client calls something, fit for a log: short, and without signs that a terminal obeys. */
export function printable(text: unknown, most: number): string | undefined {
  if (typeof text !== 'string') return undefined;
  // Cut first: the rest is not even looked at.
  const cut = text.slice(0, most);
  // Nearly all are: the other expression takes its time.
  const short = /^[ -~]*$/.test(cut) ? cut : cut.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
  return text.length > most ? `${short}…` : short;
}
