import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../app/logger.ts';
import type { ReadinessChecks } from '../app/readiness.ts';
import { textOf } from '../untrusted/unknown-value.ts';
import { createKeyFetches, type TokenKeysState } from './key-fetches.ts';

export interface TokenOptions {
  /** Where the issuer publishes its keys. */
  readonly jwksUrl: URL;
  readonly issuer: string;
  /** Any one of them. */
  readonly audience: readonly string[];
  /** The claim that holds the scopes: a text with spaces between them, or a list. */
  readonly scopeClaim: string;
  /** Signature algorithms that are accepted; what the token says it uses is no reason to. */
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
}

/** What a valid token says. */
export interface TokenClaims {
  readonly subject: string | null;
  readonly scopes: ReadonlySet<string>;
}

/** The token is not valid; the message says why, for its owner. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** Nobody can say whether the token is valid: the issuer's keys are not to be had. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** A token that was found good, and does until `expires`. */
interface Verified {
  readonly token: string;
  readonly claims: TokenClaims;
  readonly expires: number;
}

/** Verifies tokens against the issuer's keys. Rejects with InvalidToken or KeysUnavailable. */
export interface TokenVerifier {
  readonly verify: (token: string) => Promise<TokenClaims>;
  readonly keys: () => TokenKeysState;
  /** Fails while no token can be checked, because there are no keys or only old ones. */
  readonly checks: ReadinessChecks;
  readonly close: () => void;
}

/** Keys are fetched anew so often: a withdrawn one is honoured no longer, as long as the issuer can be reached. */
const RELOAD_MS = 5 * 60_000;
/** So long the keys at hand do while the issuer cannot be reached. */
const MAX_AGE_MS = 60 * 60_000;
const FETCH_TIMEOUT_MS = 3000;
/** Unknown keys make us ask again, but not more often: a stranger can name one in every request. */
const COOLDOWN_MS = 10_000;
/** A failed fetch is not repeated for every request: so soon without any keys, so late with those at hand. */
const HOLD_MS = { without: 1000, with: 10_000 };
/** A token is good for so long without another look at its signature; its `exp` is looked at every time. */
const VERIFIED_FOR_MS = 30_000;
const MAX_VERIFIED = 2000;
/** Of a signature: known tokens are found by it, because a hash of all of a token takes longer than comparing two. */
const TAIL_LENGTH = 40;
const tailOf = (token: string): string => token.slice(-TAIL_LENGTH);

/** RFC 6750: what a token may be made of. */
const TOKEN = /^[\w.~+/-]+=*$/;

const NO_JWT = 'The token is no JWT.';

/** What is wrong with the token itself, by jose's codes. Everything else is about the keys. */
const faults: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'The token has expired.',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'The token is not meant for this gateway',
  ERR_JWT_INVALID: NO_JWT,
  ERR_JWS_INVALID: NO_JWT,
  ERR_JOSE_NOT_SUPPORTED: 'The token is signed in a way that is not accepted here.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'The token is signed in a way that is not accepted here.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "The token's signature is wrong.",
  ERR_JWKS_NO_MATCHING_KEY: 'The token is signed with a key that its issuer does not publish.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'The token does not say which of the keys of its issuer signed it (kid).',
};

function faultOf(error: unknown): string | undefined {
  const code = textOf(error, 'code') ?? '';
  const fault = Object.hasOwn(faults, code) ? faults[code] : undefined;
  const claim = textOf(error, 'claim');
  return fault !== undefined && claim !== undefined && code !== 'ERR_JWT_EXPIRED'
    ? `${fault}: see its claim ${JSON.stringify(claim)}.`
    : fault;
}

function scopesOf(claim: unknown): ReadonlySet<string> {
  const list: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return new Set(list.flatMap((scope) => (typeof scope === 'string' && scope !== '' ? [scope] : [])));
}

function subjectOf({ sub, client_id: clientId, azp }: JWTPayload): string | null {
  const found = [sub, clientId, azp].find((claim) => typeof claim === 'string' && claim !== '');
  return typeof found === 'string' ? found : null;
}

export function createTokenVerifier(
  options: TokenOptions,
  logger: Logger,
  now: () => number = Date.now,
): TokenVerifier {
  const { jwksUrl, issuer, audience, scopeClaim, algorithms, clockSkewSeconds } = options;
  let failedAt = -Infinity;
  const failed = (error: unknown, message: string): void => {
    failedAt = now();
    logger.error({ err: error }, message);
  };

  const keyFetches = createKeyFetches(now);
  const fetchKeys: FetchImplementation = async (url, init) => {
    const holdMs = keys.jwks() === undefined ? HOLD_MS.without : HOLD_MS.with;
    if (now() - failedAt < holdMs) throw new KeysUnavailable();
    return keyFetches.fetch(url, init);
  };
  const keys = createRemoteJWKSet(jwksUrl, {
    [customFetch]: fetchKeys,
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
  });
  const verified = new LRUCache<string, Verified>({ max: MAX_VERIFIED });

  async function fetchAgain(): Promise<void> {
    try {
      await keys.reload();
      // What a withdrawn key has signed is to be looked at again.
      verified.clear();
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) failed(error, "the token issuer's keys cannot be fetched");
      throw error;
    }
  }

  const reload = setInterval(() => {
    // Until a fetch succeeds, the fetched keys are used.
    if (keys.jwks() !== undefined) fetchAgain().catch(() => undefined);
  }, RELOAD_MS).unref();

  async function check(token: string): Promise<TokenClaims> {
    if (!TOKEN.test(token)) throw new InvalidToken(NO_JWT);
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: [...audience],
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      const claims = { subject: subjectOf(payload), scopes: scopesOf(payload[scopeClaim]) };
      const expires = ((payload.exp ?? 0) + clockSkewSeconds) * 1000;
      verified.set(tailOf(token), {
        token,
        claims,
        expires: Math.min(expires, now() + VERIFIED_FOR_MS),
      });
      return claims;
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== undefined) throw new InvalidToken(fault);
      if (error instanceof KeysUnavailable) throw error;
      failed(error, "a token cannot be checked: the issuer's keys are not to be had");
      throw new KeysUnavailable();
    }
  }

  return {
    async verify(token) {
      const known = verified.get(tailOf(token));
      return known?.token === token && now() < known.expires ? known.claims : check(token);
    },
    keys: keyFetches.state,
    checks: { keys: () => (keys.fresh ? Promise.resolve() : fetchAgain()) },
    close: () => clearInterval(reload),
  };
}
