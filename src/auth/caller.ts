import type { IncomingHttpHeaders } from 'node:http';
import { printable } from '../untrusted/printable.ts';
import type { TokenClaims } from './access-token.ts';
import {
  type Permissions,
  permissionsByScopes,
  permissionsOfAll,
  type PoliciesInForce,
} from './permissions.ts';
import { claimSets } from './policies/claims.ts';
import { noPrincipal } from './policies/resources.ts';

/** The sender of a request, and its permissions. */
export interface Caller extends Permissions {
  /** The token's subject; null without authentication. */
  readonly subject: string | null;
  /** The program's own name for itself, which is not verified. */
  readonly client: { readonly name: string | null; readonly version: string | null };
  /** Whether there is no authentication: all callers get the same responses. */
  readonly isAnonymous: boolean;
}

/** Makes the callers of requests. */
export interface Callers {
  readonly withToken: (claims: TokenClaims, client: Caller['client']) => Caller;
  /** Without authentication. */
  readonly anonymous: (client: Caller['client']) => Caller;
}

/** Who the policies take a token's bearer for. */
const principalOf = ({ client, claims }: TokenClaims) => ({
  subject: typeof claims.sub === 'string' && claims.sub !== '' ? claims.sub : null,
  client,
  claims: claimSets(claims),
});

const callerOf = (
  permissions: Permissions,
  subject: string | null,
  client: Caller['client'],
  isAnonymous: boolean,
): Caller => {
  const { hasScopes, readsTarget, seesVariablesOf, decide, isAccountable, changesProtectedStages } =
    permissions;
  // One literal is faster than a spread, and this runs for every request.
  return {
    subject,
    client,
    isAnonymous,
    hasScopes,
    readsTarget,
    seesVariablesOf,
    decide,
    isAccountable,
    changesProtectedStages,
    permissions: permissions.permissions,
  };
};

interface KnownPermissions {
  readonly generation: string | undefined;
  readonly permissions: Permissions;
}

/** `inForce`: the policies at this moment; undefined where scopes alone decide. */
export function createCallers(inForce: () => PoliciesInForce | undefined = () => undefined): Callers {
  /** A verified token has the same claims in all of its requests. */
  const byClaims = new WeakMap<TokenClaims, KnownPermissions>();
  let ofAnonymous: KnownPermissions | undefined;

  /** What is known, unless policies or targets have changed since. */
  function renew(
    known: KnownPermissions | undefined,
    compute: (policies: PoliciesInForce | undefined) => Permissions,
  ): KnownPermissions {
    const policies = inForce();
    if (known !== undefined && known.generation === policies?.generation) return known;
    return { generation: policies?.generation, permissions: compute(policies) };
  }

  return {
    withToken(claims, client) {
      const before = byClaims.get(claims);
      const known = renew(before, (policies) =>
        permissionsByScopes(claims, policies === undefined ? noPrincipal : principalOf(claims), policies),
      );
      if (known !== before) byClaims.set(claims, known);
      return callerOf(known.permissions, claims.subject, client, false);
    },
    anonymous(client) {
      ofAnonymous = renew(ofAnonymous, (policies) => permissionsOfAll(noPrincipal, policies));
      return callerOf(ofAnonymous.permissions, null, client, true);
    },
  };
}

/** For a request that was not authenticated: nothing that needs a scope is allowed. */
export const callerWithoutScopes: Caller = callerOf(
  permissionsByScopes({ scopes: new Set(), subject: null }, noPrincipal, undefined),
  null,
  { name: null, version: null },
  false,
);

const MAX_NAME = 100;

/** The header in which Apollo's clients say what they are; routers that show a secret name their clients by it. */
export const CLIENT_NAME_HEADER = 'apollographql-client-name';

/** The name and version that Apollo's or Hive's clients and routers send, made safe for a log. */
export const clientOf = (
  headers: IncomingHttpHeaders,
): { readonly name: string | undefined; readonly version: string | undefined } => ({
  name: printable(headers[CLIENT_NAME_HEADER] ?? headers['graphql-client-name'], MAX_NAME),
  version: printable(headers['apollographql-client-version'] ?? headers['graphql-client-version'], MAX_NAME),
});
