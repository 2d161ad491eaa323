/** PostgreSQL limits the length of what is in an index: 600 characters and their entry's key have room in it. */
const CHARACTERS = 600;

/** PostgreSQL's text cannot hold a NUL, and a token may. */
const storable = (name: string): string => name.slice(0, CHARACTERS).replaceAll('\0', '\uFFFD');

/** Who or what made a change, as it is stored. */
export const storedName = (name: string | null): string | null => (name === null ? null : storable(name));

/** What a filter gives, as it is compared: a whole name, or a pattern with `*`. */
export const storedPattern = (pattern: string): string =>
  pattern.includes('*') ? pattern : storable(pattern);
