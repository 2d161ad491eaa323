import { type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../app/logger.ts';
import type { ReadinessChecks } from '../app/readiness.ts';
import { textOf } from '../untrusted/unknown-value.ts';
import { createSigningKeys, KeysUnavailable, type TokenKeysState } from './signing-keys.ts';

export interface TokenOptions {
  /** The URL of the issuer's JSON Web Key Set. */
  readonly jwksUrl: URL;
  readonly issuer: string;
  /** A token needs one of them. */
  readonly audience: readonly string[];
  /** The claim with the scopes: a string separated by spaces, or a list. */
  readonly scopeClaim: string;
  /** Accepted signature algorithms, whatever the token's header says. */
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
}

/** What a valid token says of its bearer. */
export interface TokenClaims {
  /** The claim sub, else client_id, else azp. */
  readonly subject: string | null;
  /** The claim client_id, else azp. */
  readonly client: string | null;
  readonly scopes: ReadonlySet<string>;
  /** All claims. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The message tells the client why the token is not valid. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** The result of a verification, cached until `expires`. */
interface CachedClaims {
  readonly token: string;
  readonly claims: TokenClaims;
  readonly expires: number;
}

/** Verifies tokens against the issuer's keys. Rejects with InvalidToken or KeysUnavailable. */
export interface TokenVerifier {
  readonly verify: (token: string) => Promise<TokenClaims>;
  readonly keys: () => TokenKeysState;
  /** Fails while no token can be verified, because there are no keys or only expired ones. */
  readonly checks: ReadinessChecks;
  readonly close: () => void;
}

/** How long a verification is cached; `exp` is checked for every request. */
const CACHE_TTL_MS = 30_000;
const MAX_CACHED = 2000;
/** The cache key is the end of the signature: hashing a whole token takes longer than comparing two. */
const KEY_LENGTH = 40;
const cacheKeyOf = (token: string): string => token.slice(-KEY_LENGTH);

/** The characters of a token, by RFC 6750. */
const TOKEN = /^[\w.~+/-]+=*$/;

const NOT_A_JWT = 'The bearer token is not a valid JWT.';

/** By jose's error codes. Every other error is about the keys. */
const tokenErrors: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'The bearer token has expired.',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'The bearer token is not valid for this gateway',
  ERR_JWT_INVALID: NOT_A_JWT,
  ERR_JWS_INVALID: NOT_A_JWT,
  ERR_JOSE_NOT_SUPPORTED: 'The signature algorithm of the bearer token is not accepted.',
  ERR_JOSE_ALG_NOT_ALLOWED: 'The signature algorithm of the bearer token is not accepted.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'The signature of the bearer token is not valid.',
  ERR_JWKS_NO_MATCHING_KEY: 'The bearer token is signed with a key that its issuer does not publish.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS:
    'The bearer token does not name the key that signed it (kid), and several keys fit.',
};

function tokenErrorOf(error: unknown): string | undefined {
  const code = textOf(error, 'code') ?? '';
  const message = Object.hasOwn(tokenErrors, code) ? tokenErrors[code] : undefined;
  const claim = textOf(error, 'claim');
  return message !== undefined && claim !== undefined && code !== 'ERR_JWT_EXPIRED'
    ? `${message}: check its claim ${JSON.stringify(claim)}.`
    : message;
}

function scopesOf(claim: unknown): ReadonlySet<string> {
  const list: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return new Set(list.flatMap((scope) => (typeof scope === 'string' && scope !== '' ? [scope] : [])));
}

function firstText(...claims: readonly unknown[]): string | null {
  const found = claims.find((claim) => typeof claim === 'string' && claim !== '');
  return typeof found === 'string' ? found : null;
}

const clientOf = ({ client_id: clientId, azp }: JWTPayload): string | null => firstText(clientId, azp);

export function createTokenVerifier(
  options: TokenOptions,
  logger: Logger,
  now: () => number = Date.now,
): TokenVerifier {
  const { jwksUrl, issuer, audience, scopeClaim, algorithms, clockSkewSeconds } = options;
  const cache = new LRUCache<string, CachedClaims>({ max: MAX_CACHED });
  // Tokens of a revoked key must be verified again.
  const keys = createSigningKeys(jwksUrl, logger, now, () => cache.clear());

  async function verify(token: string): Promise<TokenClaims> {
    if (!TOKEN.test(token)) throw new InvalidToken(NOT_A_JWT);
    try {
      const { payload } = await jwtVerify(token, keys.keyOf, {
        issuer,
        audience: [...audience],
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      const client = clientOf(payload);
      const claims = {
        subject: firstText(payload.sub, client),
        client,
        scopes: scopesOf(payload[scopeClaim]),
        claims: payload,
      };
      const expires = ((payload.exp ?? 0) + clockSkewSeconds) * 1000;
      cache.set(cacheKeyOf(token), { token, claims, expires: Math.min(expires, now() + CACHE_TTL_MS) });
      return claims;
    } catch (error) {
      const message = tokenErrorOf(error);
      if (message !== undefined) throw new InvalidToken(message);
      if (error instanceof KeysUnavailable) throw error;
      keys.reportFailure(error, "a token cannot be verified: the issuer's keys are not available");
      throw new KeysUnavailable();
    }
  }

  return {
    async verify(token) {
      const known = cache.get(cacheKeyOf(token));
      return known?.token === token && now() < known.expires ? known.claims : verify(token);
    },
    keys: keys.state,
    checks: { keys: keys.check },
    close: keys.close,
  };
}
