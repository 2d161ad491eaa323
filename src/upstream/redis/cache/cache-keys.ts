import type { CacheKind } from '../../../cache/observer.ts';
import { type VersionField, versionsKey } from '../locks/api-keys.ts';
import type { RedisScope } from '../scope.ts';

/** Where a key of one kind of thing is in Redis. */
export interface CacheKeys {
  /** The version of the API that holds for this kind. */
  readonly field: VersionField;
  readonly restApiOf: (key: string) => string;
  readonly versionsOf: (key: string) => string;
  readonly entryOf: (key: string) => string;
  readonly loadOf: (key: string) => string;
}

/** Which writes of an API invalidate which kind. */
const fieldOf: Readonly<Record<CacheKind, VersionField>> = {
  stages: 'stages',
  stage: 'stage',
  deployments: 'deployments',
  deployment: 'fixed',
  restApi: 'fixed',
  restApis: 'fixed',
};

/** `release`: entries of another release are not read. */
export function createCacheKeys(scope: RedisScope, kind: CacheKind, release: string): CacheKeys {
  // Lists of the whole account belong to no API.
  const restApiOf = (key: string): string => (kind === 'restApis' ? '' : (key.split('/')[0] ?? ''));
  return {
    field: fieldOf[kind],
    restApiOf,
    versionsOf: (key) => versionsKey(scope, restApiOf(key)),
    entryOf: (key) => scope.key('entry', release, kind, key),
    loadOf: (key) => scope.key('load', kind, key),
  };
}
