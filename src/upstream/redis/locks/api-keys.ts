import type { RedisScope } from '../scope.ts';
import type { CHANGING } from '../scripts/script.ts';

/** Kinds of things of an API, each with a version of its own: those that writes change, and `fixed`, which none does. */
export type VersionField = (typeof CHANGING)[number] | 'fixed';

export const lockKey = (scope: RedisScope, restApiId: string): string => scope.key('lock', restApiId);

/** Where the versions of an API and the announcement of its writer are. */
export const versionsKey = (scope: RedisScope, restApiId: string): string => scope.key('versions', restApiId);

/** For scripts that may store an entry and have none. */
export const noEntryKey = (scope: RedisScope): string => scope.key('none');
