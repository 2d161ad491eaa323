/** RFC 6901, section 3. `~` first: otherwise the tilde of `~1` would be escaped again. */
export const escapeSegment = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1');

/** RFC 6901, section 4. `~0` last: otherwise `~01` would become a slash. */
export const unescapeSegment = (segment: string): string =>
  segment.replaceAll('~1', '/').replaceAll('~0', '~');
