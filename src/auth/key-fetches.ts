import type { FetchImplementation } from 'jose';
import { isObject, memberOf } from '../untrusted/unknown-value.ts';
import { bounded } from './bounded-response.ts';

/** What is known of the keys that tokens are checked with. */
export interface TokenKeysState {
  /** Since they were last fetched; undefined: they never were. */
  readonly ageSeconds: number | undefined;
  /** Fetches that brought no keys, since the process started. */
  readonly failedFetches: number;
}

export interface KeyFetches {
  readonly fetch: FetchImplementation;
  readonly state: () => TokenKeysState;
}

function isKeySet(body: unknown): boolean {
  const keys = memberOf(body, 'keys');
  return Array.isArray(keys) && keys.every(isObject);
}

/** Fetches the issuer's keys, and counts: jose tells of a failure once for each token that waits for the same fetch. */
export function createKeyFetches(now: () => number): KeyFetches {
  let fetchedAt: number | undefined;
  let failedFetches = 0;
  return {
    async fetch(url, init) {
      try {
        const response = await bounded(await fetch(url, init));
        if (response.status !== 200) throw new Error(`status ${response.status} instead of the keys`);
        const body: unknown = await response.json();
        if (!isKeySet(body)) throw new Error('the answer is no set of keys');
        fetchedAt = now();
        return Response.json(body);
      } catch (error) {
        failedFetches += 1;
        throw error;
      }
    },
    state: () => ({
      ageSeconds: fetchedAt === undefined ? undefined : (now() - fetchedAt) / 1000,
      failedFetches,
    }),
  };
}
