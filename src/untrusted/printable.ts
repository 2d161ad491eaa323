/** A text without control characters, nor those that change the direction of what follows. */
export const withoutControls = (text: string): string =>
  // The test for plain ASCII is fast and nearly always true; the Unicode expression is slow.
  /^[ -~]*$/.test(text) ? text : text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');

/** Makes a client's text safe for a log: cut to `maxLength`, without control characters. */
export function printable(text: unknown, maxLength: number): string | undefined {
  if (typeof text !== 'string') return undefined;
  const safe = withoutControls(text.slice(0, maxLength));
  return text.length > maxLength ? `${safe}…` : safe;
}
