import { jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../app/logger.ts';
import type { ReadinessChecks } from '../app/readiness.ts';
import { textOf } from '../untrusted/unknown-value.ts';
import { otherKindAt, type Recipients, type Token, wrongClientAt } from './access-token-rules.ts';
import { createSigningKeys, KeysUnavailable, type TokenKeysState } from './signing-keys.ts';
import { clientClaimOf, subjectOf } from './token-claims.ts';
import { type ScopeRules, scopesOf } from './token-scopes.ts';

export interface TokenOptions extends Recipients, ScopeRules {
  /** The URL of the issuer's JSON Web Key Set. */
  readonly jwksUrl: URL;
  readonly issuer: string;
  /** Accepted signature algorithms, whatever the token's header says. */
  readonly algorithms: readonly string[];
  readonly clockSkewSeconds: number;
}

/** What a valid token says. All requests with the same token get the same object while its verification is cached. */
export interface TokenClaims {
  readonly subject: string | null;
  /** The client to which the token was issued. */
  readonly client: string | null;
  readonly scopes: ReadonlySet<string>;
  /** All claims, as they are in the token. */
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
const NOT_FOR_US = 'The bearer token is not valid for this gateway';
const NOT_AN_ACCESS_TOKEN = 'The bearer token is not an access token';

/** Names the part of the token that is wrong, not its value. */
const check = (message: string, place: string): string => `${message}: check its ${place}.`;

/** By jose's error codes. Every other error is about the keys. */
const tokenErrors: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'The bearer token has expired.',
  ERR_JWT_CLAIM_VALIDATION_FAILED: NOT_FOR_US,
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
    ? check(message, `claim ${JSON.stringify(claim)}`)
    : message;
}

export function createTokenVerifier(
  options: TokenOptions,
  logger: Logger,
  now: () => number = Date.now,
): TokenVerifier {
  const { jwksUrl, issuer, audience, clientIds, algorithms, clockSkewSeconds } = options;
  const cache = new LRUCache<string, CachedClaims>({ max: MAX_CACHED });
  // Tokens of a revoked key must be verified again.
  const keys = createSigningKeys(jwksUrl, logger, now, () => cache.clear());

  /** Verifies what every JWT has: signature, issuer, audience, times. */
  async function verifyJwt(token: string): Promise<Token> {
    if (!TOKEN.test(token)) throw new InvalidToken(NOT_A_JWT);
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys.keyOf, {
        issuer,
        ...(audience === undefined ? {} : { audience: [...audience] }),
        algorithms: [...algorithms],
        clockTolerance: clockSkewSeconds,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      return { header: protectedHeader, claims: payload };
    } catch (error) {
      const message = tokenErrorOf(error);
      if (message !== undefined) throw new InvalidToken(message);
      if (error instanceof KeysUnavailable) throw error;
      keys.reportFailure(error, "a token cannot be verified: the issuer's keys are not available");
      throw new KeysUnavailable();
    }
  }

  async function verify(text: string): Promise<TokenClaims> {
    const token = await verifyJwt(text);
    const otherKind = otherKindAt(token, options);
    if (otherKind !== undefined) throw new InvalidToken(check(NOT_AN_ACCESS_TOKEN, otherKind));
    const wrongClient = wrongClientAt(token.claims, clientIds);
    if (wrongClient !== undefined) throw new InvalidToken(check(NOT_FOR_US, wrongClient));
    const claims = {
      subject: subjectOf(token.claims),
      client: clientClaimOf(token.claims)?.value ?? null,
      scopes: scopesOf(token.claims, options),
      claims: token.claims,
    };
    const expires = ((token.claims.exp ?? 0) + clockSkewSeconds) * 1000;
    cache.set(cacheKeyOf(text), { token: text, claims, expires: Math.min(expires, now() + CACHE_TTL_MS) });
    return claims;
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
