import { isIP } from 'node:net';
import { z } from 'zod';
import { documented, isWhole, list, seconds } from './formats.ts';
import { scopeMap, scopePrefix } from './token-scopes.ts';

/** The keys decide which tokens are valid, so they must not be replaceable on the way. */
const keysUrlRule = 'must be a URL that begins with https:// (http:// only on this machine)';
const keysUrl = z.url({ protocol: /^https?$/, error: keysUrlRule, abort: true }).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}, keysUrlRule);

/** Asymmetric algorithms only: with a symmetric one, every verifier could sign tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** An address, a CIDR range, or one of Fastify's names for a range. A bare number would be taken for an address. */
function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', prefix, ...rest] = entry.split('/');
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return rest.length === 0 && longest > 0 && (prefix === undefined || isWhole(Number(prefix), 1, longest));
}

const proxies = z
  .string()
  .refine(
    (text) => text.split(',').every((entry) => isProxy(entry.trim())),
    'must be addresses, ranges such as 10.0.0.0/8, loopback, linklocal or uniquelocal, separated by commas',
  );

/** Stage names; `*` matches any characters. */
export const patterns = z
  .string()
  .regex(
    /^[\w*-]*(\s*,\s*[\w*-]*)*$/,
    'must be stage names, in which * matches any characters, separated by commas',
  )
  .pipe(list);

/** Who may send requests, how many, and which changes need `confirm`. */
export const authentication = {
  AUTH: documented(
    z.enum(['off'], { error: 'must be off, or not set' }).optional(),
    '`off` disables authentication: every client that can reach the gateway may do everything that the ' +
      "gateway's AWS credentials allow. `STAGE_API=aws` starts only with `AUTH_JWKS_URL` or with `AUTH=off`. " +
      'Cannot be combined with `AUTH_JWKS_URL`.',
    { otherwise: 'not set' },
  ),
  AUTH_JWKS_URL: documented(
    keysUrl.optional(),
    "URL of the token issuer's JSON Web Key Set, for example `https://id.example.com/.well-known/jwks.json`. " +
      'If set, every operation needs a bearer token ([security](security.md)), and `AUTH_ISSUER` and at least ' +
      'one of `AUTH_AUDIENCE` and `AUTH_CLIENT_IDS` are required. What to set for Cognito, Entra ID, Okta, ' +
      'Keycloak and Auth0: [identity providers](identity-providers.md).',
  ),
  AUTH_ISSUER: documented(
    z.string().optional(),
    'Required value of the `iss` claim, compared exactly, trailing slash included; for example ' +
      '`https://id.example.com`. A wrong value rejects every token.',
  ),
  AUTH_AUDIENCE: documented(
    list.optional(),
    'Accepted values of the `aud` claim, separated by commas; a token needs one of them. For example ' +
      '`stagegraph`. A wrong value rejects every token; a value shared with other services accepts their ' +
      'tokens too. Not set: the audience is not checked, and `AUTH_CLIENT_IDS` is required.',
  ),
  AUTH_CLIENT_IDS: documented(
    list.optional(),
    'Accepted clients, separated by commas: a token needs one of them in `client_id`, otherwise `azp`, otherwise ' +
      '`appid`, otherwise `cid`. For tokens without an `aud` claim, as those of Cognito; with `AUTH_AUDIENCE`, a ' +
      'token needs both. Without `AUTH_AUDIENCE`, tokens that these clients got for other APIs are accepted too. ' +
      'Not set: the client is not checked.',
  ),
  AUTH_SCOPE_CLAIM: documented(
    z.string().default('scope'),
    'Name of the claim that holds the scopes, as a string separated by spaces or as a list of strings; a nested ' +
      'claim by its path with dots. With a wrong name, tokens carry no scopes and every operation is `FORBIDDEN`.',
  ),
  AUTH_SCOPE_PREFIX: documented(
    scopePrefix.optional(),
    'Removed from the beginning of the scopes in `AUTH_SCOPE_CLAIM`: with `stagegraph/`, the scope ' +
      '`stagegraph/stages:read` counts as `stages:read`. Scopes without it do not count, because they belong to ' +
      'other APIs of the issuer.',
    { otherwise: 'none' },
  ),
  AUTH_SCOPE_MAP: documented(
    scopeMap.default([]),
    'Values of claims that give scopes, such as groups and roles, in addition to `AUTH_SCOPE_CLAIM`. An entry is ' +
      '`claim=value=scope`, for example `cognito:groups=stage-admins=stages:admin`: the claim up to the first ' +
      'equals sign, the scope after the last one, or several scopes separated by spaces. The claim is a string ' +
      'or a list of strings, a nested one is named by its path with dots (`realm_access.roles`), and the value ' +
      'must be equal. A comma in a claim or a value is written `%2C`, a percent sign `%25`.',
    { otherwise: 'none' },
  ),
  AUTH_ALGORITHMS: documented(
    list
      .refine(
        (names) => names.length > 0 && names.every((name) => algorithms.includes(name)),
        `must be some of ${algorithms.join(', ')}, separated by commas`,
      )
      .prefault('RS256,PS256,ES256,EdDSA'),
    'Accepted signature algorithms. A token signed with another algorithm is rejected.',
  ),
  AUTH_CLOCK_SKEW_SECONDS: documented(
    seconds(0, 300).prefault('30'),
    'Tolerance in seconds when `exp` and `nbf` of a token are compared with the clock. Too low rejects valid ' +
      'tokens if clocks differ; too high accepts expired ones.',
  ),
  POLICIES: documented(
    z.string().optional(),
    'Path of a file of [Cedar](https://www.cedarpolicy.com) policies, which decide who may change what, and read ' +
      'which targets, beside the scopes ([policies](policies.md)). A file with mistakes stops the start. `SIGHUP` ' +
      'reads it again.',
    { otherwise: 'none: scopes alone decide' },
  ),
  ROUTER_SECRETS: documented(
    list.optional(),
    'Shared secrets of trusted routers, separated by commas. If set, a request must carry one of them in the ' +
      'header `router-authorization`; only `/healthz` and `/readyz` are answered without. Routers get refusals ' +
      'with status 200 ([why](federation.md#refusals)). Several are valid at once, for rotation. Generate them with `openssl rand -base64 48`.',
    { secret: true },
  ),
  RATE_LIMIT: documented(
    z
      .string()
      .refine(
        (text) => text === 'off' || isWhole(Number(text), 1, 1_000_000),
        'must be off, or a whole number from 1 to 1000000',
      )
      .transform((text) => (text === 'off' ? undefined : Number(text)))
      .prefault('6000'),
    'Requests per minute and caller, counted by each process; more are refused with 429. `off`: unlimited. A ' +
      "caller is the token's subject; without a token the client that a router with a valid secret names; " +
      'otherwise the IP address.',
  ),
  TRUST_PROXY: documented(
    proxies.optional(),
    "Proxies whose `X-Forwarded-For` header is trusted for the client's address; for example `10.0.0.0/8`. " +
      'Not set behind a proxy: all its clients count as one caller. Too wide: clients can forge their address.',
    { otherwise: 'none' },
  ),
  PROTECTED_STAGES: documented(
    patterns.default([]),
    "Stages whose mutations must repeat the stage's name in `confirm`, unless the token has `stages:admin`; " +
      'for example `prod*,live`.',
    { otherwise: 'none' },
  ),
};
