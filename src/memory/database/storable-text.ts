/** PostgreSQL's text cannot hold a NUL, and no name, tag or revision has one: what has one is equal to nothing that is stored. */
export const isStorable = (text: string): boolean => !text.includes('\0');
