import { createRemoteJWKSet, customFetch, type FetchImplementation } from 'jose';
import type { Logger } from '../app/logger.ts';
import { readBounded } from '../untrusted/bounded-body.ts';
import { isObject, memberOf } from '../untrusted/unknown-value.ts';

/** The token cannot be verified: the issuer's keys are not available. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** The state of the issuer's signing keys. */
export interface TokenKeysState {
  /** Since the last successful fetch; undefined before the first one. */
  readonly ageSeconds: number | undefined;
  /** Since the process started. */
  readonly failedFetches: number;
}

/** A revoked key is accepted for at most this long while the issuer can be reached. */
const RELOAD_MS = 5 * 60_000;
/** How long cached keys are used while the issuer cannot be reached. */
const MAX_AGE_MS = 60 * 60_000;
const FETCH_TIMEOUT_MS = 3000;
/** The least time between fetches for unknown key ids: any client can send one in every request. */
const COOLDOWN_MS = 10_000;
/** The least time between a failed fetch and the next one, without and with cached keys. */
const RETRY_AFTER_MS = { withoutKeys: 1000, withKeys: 10_000 };

/** Far more than the largest key set has. */
const MAX_BYTES = 1024 * 1024;

async function readKeySet({ body, status }: Response): Promise<unknown> {
  const bytes = body === null ? undefined : await readBounded(body, MAX_BYTES);
  if (body !== null && bytes === undefined) throw new Error(`the response has more than ${MAX_BYTES} bytes`);
  if (status !== 200) throw new Error(`the key set's URL returned status ${status}`);
  const keySet: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const keys = memberOf(keySet, 'keys');
  if (Array.isArray(keys) && keys.every(isObject)) return keySet;
  throw new Error('the response is not a JSON Web Key Set');
}

/** Fetches the issuer's keys, and counts failures once: jose reports a failed fetch for each token that waits for it. */
function createKeyFetches(now: () => number) {
  let fetchedAt: number | undefined;
  let failedFetches = 0;
  return {
    async fetch(...request: Parameters<FetchImplementation>): Promise<Response> {
      try {
        const keySet = await readKeySet(await fetch(...request));
        fetchedAt = now();
        return Response.json(keySet);
      } catch (error) {
        failedFetches += 1;
        throw error;
      }
    },
    state: (): TokenKeysState => ({
      ageSeconds: fetchedAt === undefined ? undefined : (now() - fetchedAt) / 1000,
      failedFetches,
    }),
  };
}

/** The issuer's signing keys, fetched when they are first needed and reloaded in the background. */
export function createSigningKeys(jwksUrl: URL, logger: Logger, now: () => number, onReload: () => void) {
  let failedAt = -Infinity;
  const reportFailure = (error: unknown, message: string): void => {
    failedAt = now();
    logger.error({ err: error }, message);
  };

  const keyFetches = createKeyFetches(now);
  const fetchKeys: FetchImplementation = async (url, init) => {
    const { withKeys, withoutKeys } = RETRY_AFTER_MS;
    if (now() - failedAt < (keys.jwks() === undefined ? withoutKeys : withKeys)) throw new KeysUnavailable();
    return keyFetches.fetch(url, init);
  };
  const keys = createRemoteJWKSet(jwksUrl, {
    [customFetch]: fetchKeys,
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
  });

  async function reload(): Promise<void> {
    try {
      await keys.reload();
      onReload();
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) {
        reportFailure(error, "the token issuer's keys cannot be fetched");
      }
      throw error;
    }
  }

  const reloading = setInterval(() => {
    // If it fails, the cached keys stay in use.
    if (keys.jwks() !== undefined) reload().catch(() => undefined);
  }, RELOAD_MS).unref();

  return {
    /** Finds the key of a token, for jose. Rejects with KeysUnavailable for a time after a failed fetch. */
    keyOf: keys,
    state: keyFetches.state,
    /** Logs that the keys are not available, and delays the next fetch. */
    reportFailure,
    /** Fetches the keys if there are none, or only expired ones. Rejects if that fails. */
    check: () => (keys.fresh ? Promise.resolve() : reload()),
    close: () => clearInterval(reloading),
  };
}
