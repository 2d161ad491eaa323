import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import type { Logger } from '../app/logger.ts';
import { createKeyFetches, type TokenKeysState } from './key-fetches.ts';

/** The token cannot be verified: the issuer's keys are not available. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** The issuer's signing keys, fetched when they are first needed and reloaded in the background. */
export interface SigningKeys {
  /** Finds the key of a token, for jose. Rejects with KeysUnavailable for a time after a failed fetch. */
  readonly keyOf: JWTVerifyGetKey;
  readonly state: () => TokenKeysState;
  /** Logs that the keys are not available, and delays the next fetch. */
  readonly reportFailure: (error: unknown, message: string) => void;
  /** Fetches the keys if there are none, or only expired ones. Rejects if that fails. */
  readonly check: () => Promise<void>;
  readonly close: () => void;
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

export function createSigningKeys(
  jwksUrl: URL,
  logger: Logger,
  now: () => number,
  onReload: () => void,
): SigningKeys {
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
    keyOf: keys,
    state: keyFetches.state,
    reportFailure,
    check: () => (keys.fresh ? Promise.resolve() : reload()),
    close: () => clearInterval(reloading),
  };
}
