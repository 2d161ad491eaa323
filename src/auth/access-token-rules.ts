import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { clientClaimOf } from './token-claims.ts';

/** A verified token. */
export interface Token {
  readonly header: JWTHeaderParameters;
  readonly claims: JWTPayload;
}

/** For whom a token must have been issued. At least one of them is set; if both are, both must hold. */
export interface Recipients {
  /** Accepted audiences; a token needs one of them. Undefined: not checked. */
  readonly audience: readonly string[] | undefined;
  /** Accepted clients; a token needs one of them. Undefined: not checked. */
  readonly clientIds: readonly string[] | undefined;
}

/** Where a token may declare its kind: the values of an access token, and those that mean nothing. */
const KINDS = [
  // RFC 9068, which few providers follow: most access tokens are a JWT like any other.
  { place: 'header "typ"', of: ({ header }: Token) => header.typ, access: /^(application\/)?at\+jwt$/i },
  // Keycloak: also ID, Refresh, Offline, Logout; and DPoP, whose proof the gateway cannot check.
  { place: 'claim "typ"', of: ({ claims }: Token) => claims.typ, access: /^(bearer|at\+jwt)$/i },
  // Cognito: also id.
  { place: 'claim "token_use"', of: ({ claims }: Token) => claims.token_use, access: /^access$/ },
];
const ANY_JWT = /^jwt$/i;

/** Claims that OpenID Connect defines for ID tokens. */
const ID_TOKEN_CLAIMS = ['at_hash', 'c_hash', 's_hash', 'nonce'];

const toList = (audience: JWTPayload['aud']): readonly string[] =>
  audience === undefined ? [] : [audience].flat();

/** Whether the token declares that it is an access token; otherwise the place where it declares another kind. */
function declaredKind(token: Token): { readonly isAccess: boolean; readonly wrong: string | undefined } {
  const declared = KINDS.flatMap(({ place, of, access }) => {
    const value = of(token);
    if (value === undefined || (typeof value === 'string' && ANY_JWT.test(value))) return [];
    return [{ place, isAccess: typeof value === 'string' && access.test(value) }];
  });
  const wrong = declared.find(({ isAccess }) => !isAccess)?.place;
  return { isAccess: declared.length > 0 && wrong === undefined, wrong };
}

/**
 * The place in the token that shows that it is not an access token, for example an ID token; undefined if there is none.
 * Without accepted audiences, a token whose audience is a client is an ID token too: an access token is for an API.
 */
export function otherKindAt(token: Token, { audience, clientIds }: Recipients): string | undefined {
  const { isAccess, wrong } = declaredKind(token);
  if (isAccess || wrong !== undefined) return wrong;
  const { claims } = token;
  const idTokenClaim = ID_TOKEN_CLAIMS.find((name) => Object.hasOwn(claims, name));
  if (idTokenClaim !== undefined) return `claim ${JSON.stringify(idTokenClaim)}`;
  const clients = [clientClaimOf(claims)?.value, ...(clientIds ?? [])];
  const isForClient = audience === undefined && toList(claims.aud).some((each) => clients.includes(each));
  return isForClient ? 'claim "aud"' : undefined;
}

/** The claim with a client that is not accepted, also if no claim names one; undefined if the client is accepted. */
export function wrongClientAt(
  claims: JWTPayload,
  clientIds: readonly string[] | undefined,
): string | undefined {
  if (clientIds === undefined) return undefined;
  const client = clientClaimOf(claims);
  if (client === undefined) return 'claim "client_id"';
  return clientIds.includes(client.value) ? undefined : `claim ${JSON.stringify(client.name)}`;
}
