import type { LocalCache } from '../../../cache/cache.ts';
import type { Memory } from '../../../cache/memory.ts';
import type { CacheKind } from '../../../cache/observer.ts';
import type { Invalidations } from '../locks/invalidations.ts';
import { versionsKey } from '../locks/shared-writes.ts';
import type { RedisScope } from '../scope.ts';
import type { VersionField } from '../scripts/lua.ts';
import type { LookUp } from './lookups.ts';

export interface SharedCacheOptions<Value extends object> {
  readonly local: LocalCache<Value>;
  /** Gives the value with nothing left to be computed later, as other processes are to find it. */
  readonly complete: (value: Value) => Value;
  readonly scope: RedisScope;
  readonly lookUp: LookUp;
  readonly invalidations: Invalidations;
  /** Where the versions of local entries are kept. */
  readonly memory: Memory;
  /** Of the program: entries of another release are not read. */
  readonly release: string;
  readonly ttlMs: number;
  readonly staleMs: number;
  readonly versionLifeMs: number;
  /** AWS never changes these things: Redis need not be asked whether a local entry is current. */
  readonly isImmutable: boolean;
}

/** The options of a cache, and where a key of its kind of thing is in Redis. */
export type CacheContext<Value extends object> = ReturnType<typeof createCacheContext<Value>>;

/** An entry lives in Redis so much longer than it may be served. */
const ENTRY_GRACE_MS = 1000;

/** Which writes of an API invalidate which kind. */
const fieldOf: Readonly<Record<CacheKind, VersionField>> = {
  stages: 'stages',
  stage: 'stage',
  deployments: 'deployments',
  deployment: 'fixed',
  deploymentMethods: 'fixed',
  restApi: 'fixed',
  restApis: 'fixed',
};

export function createCacheContext<Value extends object>(options: SharedCacheOptions<Value>) {
  const { scope, release, ttlMs, staleMs } = options;
  const { kind } = options.local;
  // Lists of the whole account belong to no API.
  const restApiOf = (key: string): string => (kind === 'restApis' ? '' : (key.split('/')[0] ?? ''));
  return {
    ...options,
    /** The version of the API that holds for this kind. */
    field: fieldOf[kind],
    restApiOf,
    versionsOf: (key: string) => versionsKey(scope, restApiOf(key)),
    entryOf: (key: string) => scope.key('entry', release, kind, key),
    loadOf: (key: string) => scope.key('load', kind, key),
    /** How long an entry lives in Redis. */
    entryLifeMs: ttlMs + staleMs + ENTRY_GRACE_MS,
  };
}
