/** Makes a client's text safe for a log: cut to `maxLength`, without control characters. */
export function printable(text: unknown, maxLength: number): string | undefined {
  if (typeof text !== 'string') return undefined;
  const cut = text.slice(0, maxLength);
  // The test for plain ASCII is fast and nearly always true; the Unicode expression is slow.
  const safe = /^[ -~]*$/.test(cut) ? cut : cut.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
  return text.length > maxLength ? `${safe}…` : safe;
}
