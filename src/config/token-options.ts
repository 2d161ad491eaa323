import type { TokenOptions } from '../auth/access-token.ts';
import type { Variables } from './variables.ts';

/** How bearer tokens are verified; undefined: no authentication. */
export const tokenOptions = (env: Variables): TokenOptions | undefined =>
  env.AUTH_JWKS_URL === undefined
    ? undefined
    : {
        jwksUrl: new URL(env.AUTH_JWKS_URL),
        issuer: env.AUTH_ISSUER ?? '',
        audience: env.AUTH_AUDIENCE,
        clientIds: env.AUTH_CLIENT_IDS,
        scopeClaim: env.AUTH_SCOPE_CLAIM,
        scopePrefix: env.AUTH_SCOPE_PREFIX ?? '',
        scopeMap: env.AUTH_SCOPE_MAP,
        algorithms: env.AUTH_ALGORITHMS,
        clockSkewSeconds: env.AUTH_CLOCK_SKEW_SECONDS,
      };

/** Tokens are verified only with keys and an issuer, and only if they are for this gateway. */
function* missing(env: Variables): Generator<string> {
  if (env.AUTH_ISSUER === undefined) yield 'AUTH_ISSUER must be set together with AUTH_JWKS_URL.';
  if (env.AUTH_AUDIENCE === undefined && env.AUTH_CLIENT_IDS === undefined)
    yield 'AUTH_AUDIENCE or AUTH_CLIENT_IDS must be set together with AUTH_JWKS_URL.';
}

function* withoutEffect(env: Variables): Generator<string> {
  const isSet = {
    AUTH_ISSUER: env.AUTH_ISSUER !== undefined,
    AUTH_AUDIENCE: env.AUTH_AUDIENCE !== undefined,
    AUTH_CLIENT_IDS: env.AUTH_CLIENT_IDS !== undefined,
    AUTH_SCOPE_PREFIX: env.AUTH_SCOPE_PREFIX !== undefined,
    AUTH_SCOPE_MAP: env.AUTH_SCOPE_MAP.length > 0,
  };
  for (const [name, set] of Object.entries(isSet))
    if (set) yield `${name} has no effect without AUTH_JWKS_URL.`;
}

export function* tokenContradictions(env: Variables): Generator<string> {
  yield* env.AUTH_JWKS_URL === undefined ? withoutEffect(env) : missing(env);
  if (env.AUTH_AUDIENCE?.length === 0) yield 'AUTH_AUDIENCE is set but contains no audience.';
  if (env.AUTH_CLIENT_IDS?.length === 0) yield 'AUTH_CLIENT_IDS is set but contains no client id.';
}
