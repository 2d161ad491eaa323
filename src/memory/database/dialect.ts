/** Where the two databases differ, queries say so by this name. */
export type SqlDialect = 'sqlite' | 'postgres';
