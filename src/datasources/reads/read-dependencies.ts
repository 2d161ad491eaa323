import type { CacheObserver } from '../../cache/observer.ts';
import type { AwsRegion } from '../../upstream/calls/client.ts';
import type { Caches } from '../caches.ts';
import type { ChangeRecorder } from '../stages/changes/change-recorder.ts';
import type { CachedReads } from './cached-reads.ts';

/** What every data source of one request reads with. */
export interface ReadDependencies {
  readonly region: AwsRegion;
  readonly cachedReads: CachedReads;
  readonly caches: Caches;
  readonly observer: CacheObserver;
  readonly recorder: ChangeRecorder;
}
