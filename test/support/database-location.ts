import type { DatabaseLocation } from '../../src/memory/database/backend.ts';

/** The database at `sqlite:path` or `postgres://…`; in memory by default. */
export const locationOf = (url?: string): DatabaseLocation => {
  if (url === undefined) return { kind: 'memory' };
  return url.startsWith('sqlite:')
    ? { kind: 'sqlite', path: url.slice('sqlite:'.length) }
    : { kind: 'postgres', url };
};
