import { z } from 'zod';
import {
  type ExecutionCacheName,
  executionCacheNames,
  executionCachesNamed,
} from '../../graphql/execution-caches.ts';
import { from, manual, number } from './formats.ts';

const isExecutionCache = (name: string): name is ExecutionCacheName =>
  executionCacheNames.some((known) => known === name);

const executionCaches = z
  .string()
  .transform((text) => (text.trim() === 'off' ? [] : text.split(',').map((name) => name.trim())))
  .refine(
    (names): names is ExecutionCacheName[] => names.every(isExecutionCache),
    `must be off, or some of ${executionCacheNames.join(', ')}, separated by commas`,
  )
  .transform(executionCachesNamed);

export const caches = {
  CACHE_TTL_SECONDS: number('a number of seconds from 0 to 3600', from(0, 3600))
    .prefault('5')
    .register(manual, {
      meaning:
        'Seconds for which a read from AWS is served from the cache. Longer saves calls, but changes made by ' +
        'other tools become visible later. `0` disables the cache: every read then costs a call to AWS.',
    }),
  STALE_SECONDS: number('a number of seconds from 0 to 86400', from(0, 86_400))
    .prefault('60')
    .register(manual, {
      meaning:
        "Seconds beyond `CACHE_TTL_SECONDS` for which a stale value is served while the gateway's budget is " +
        'exhausted or AWS cannot be reached. After that, reads wait or fail. How to choose it: [the ' +
        'budget](budget.md#choosing-the-numbers).',
    }),
  CACHE_HINTS: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('off')
    .register(manual, {
      meaning:
        '`on`: responses carry `Cache-Control: max-age`, so that routers and browsers may cache them; they then ' +
        'show old values for up to 5 seconds after a change ([caches](federation.md#caches)). `off`: ' +
        '`no-store`.',
    }),
  EXECUTION_CACHES: executionCaches.prefault(executionCacheNames.join(',')).register(manual, {
    meaning:
      'Caches that reduce the CPU time of repeated queries, separated by commas ' +
      '([performance](performance.md)): `plans` (compiled queries), `fragments` (serialized parts; needs ' +
      '`plans`), `responses` (whole responses). Results do not change. `off` disables all, for example to exclude ' +
      'them as the cause of a problem.',
  }),
};
