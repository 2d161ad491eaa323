import {
  type ExecutionCacheName,
  executionCacheNames,
  executionCachesNamed,
} from '../../graphql/execution-caches.ts';
import { documented, listOrOff, oneOf, seconds } from './formats.ts';

const isExecutionCache = (name: string): name is ExecutionCacheName =>
  executionCacheNames.some((known) => known === name);

const executionCaches = listOrOff
  .refine(
    (names): names is ExecutionCacheName[] => names.every(isExecutionCache),
    `must be off, or some of ${executionCacheNames.join(', ')}, separated by commas`,
  )
  .transform(executionCachesNamed);

export const caches = {
  CACHE_TTL_SECONDS: documented(
    seconds(0, 3600).prefault('5'),
    'Seconds for which a read from AWS is served from the cache. Longer saves calls, but changes made by ' +
      'other tools become visible later. `0` disables the cache: every read then costs a call to AWS.',
  ),
  STALE_SECONDS: documented(
    seconds(0, 86_400).prefault('60'),
    "Seconds beyond `CACHE_TTL_SECONDS` for which a stale value is served while the gateway's budget is " +
      'exhausted or AWS cannot be reached. After that, reads wait or fail. How to choose it: [the ' +
      'budget](budget.md#choosing-the-numbers).',
  ),
  CACHE_HINTS: documented(
    oneOf('on', 'off').default('off'),
    '`on`: responses carry `Cache-Control: max-age`, so that routers and browsers may cache them; they then ' +
      'show old values for up to 5 seconds after a change ([caches](federation.md#caches)). `off`: `no-store`.',
  ),
  EXECUTION_CACHES: documented(
    executionCaches.prefault(executionCacheNames.join(',')),
    'Caches that reduce the CPU time of repeated queries, separated by commas ' +
      '([performance](performance.md)): `plans` (compiled queries), `fragments` (serialized parts; needs ' +
      '`plans`), `responses` (whole responses). Results do not change. `off` disables all, for example to ' +
      'exclude them as the cause of a problem.',
  ),
};
