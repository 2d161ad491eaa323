import type { ObservedLimiter } from '../../src/fleet/fleet.ts';

/** A rate limiter as the metrics see it. */
export const limiterWith = (queued: ObservedLimiter['queued'] = {}): ObservedLimiter => ({
  account: '111122223333',
  region: 'us-east-1',
  rate: 5,
  burst: 20,
  available: 7,
  waiting: Object.values(queued).reduce((sum, count) => sum + count, 0),
  estimatedWaitSeconds: 0,
  queued,
});
