import type { FetchImplementation } from 'jose';
import { isObject, memberOf } from '../untrusted/unknown-value.ts';
import { readBoundedResponse } from './bounded-response.ts';

/** The state of the issuer's signing keys. */
export interface TokenKeysState {
  /** Since the last successful fetch; undefined before the first one. */
  readonly ageSeconds: number | undefined;
  /** Since the process started. */
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

/** Fetches the issuer's keys, and counts failures once: jose reports a failed fetch for each token that waits for it. */
export function createKeyFetches(now: () => number): KeyFetches {
  let fetchedAt: number | undefined;
  let failedFetches = 0;
  return {
    async fetch(url, init) {
      try {
        const response = await readBoundedResponse(await fetch(url, init));
        if (response.status !== 200) throw new Error(`the key set's URL returned status ${response.status}`);
        const body: unknown = await response.json();
        if (!isKeySet(body)) throw new Error('the response is not a JSON Web Key Set');
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
