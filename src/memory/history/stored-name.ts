/** PostgreSQL limits the length of what is in an index: 600 characters and their entry's key have room in it. */
const CHARACTERS = 600;

/** Who or what made a change, as it is stored and compared. PostgreSQL's text cannot hold a NUL, and a token may. */
export const storedName = (name: string): string => name.slice(0, CHARACTERS).replaceAll('\0', '\uFFFD');

export const storedNameOrNull = (name: string | null): string | null =>
  name === null ? null : storedName(name);

/** What a filter gives: a whole name, or a pattern with `*`. */
export const storedPattern = (pattern: string): string =>
  pattern.includes('*') ? pattern : storedName(pattern);
