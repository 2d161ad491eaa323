import type { IncomingHttpHeaders } from 'node:http';
import { printable } from '../untrusted/printable.ts';
import type { Scope } from './scopes.ts';

/** The sender of a request, and its permissions. */
export interface Caller {
  /** The token's subject; null without authentication. */
  readonly subject: string | null;
  /** The program's own name for itself, which is not verified. */
  readonly client: { readonly name: string | null; readonly version: string | null };
  /** Whether the caller has all scopes of at least one of these sets; the format is that of `@requiresScopes`. */
  readonly hasScopes: (anyOf: readonly (readonly string[])[]) => boolean;
  /** Whether there is no authentication: all callers get the same responses. */
  readonly isAnonymous: boolean;
  /** Whether the values of stage variables of a target (`<account>/<region>`) may be read. */
  readonly seesVariablesOf: (target: string) => boolean;
  /** Whether protected stages may be changed without `confirm`. */
  readonly changesProtectedStages: boolean;
  /** Callers with equal permissions may share a cached response. */
  readonly permissions: string;
}

const SEES_VARIABLES: Scope = 'stages:variables';
const CHANGES_PROTECTED: Scope = 'stages:admin';

const always = (): boolean => true;
const never = (): boolean => false;

type Permissions = Omit<Caller, 'subject' | 'client' | 'isAnonymous'>;

/** A verified token has the same set of scopes in all of its requests. */
const permissionsByScopes = new WeakMap<ReadonlySet<string>, Permissions>();

const permissionsOf = (scopes: ReadonlySet<string>): Permissions => ({
  hasScopes: (anyOf) => anyOf.some((all) => all.every((scope) => scopes.has(scope))),
  seesVariablesOf: scopes.has(SEES_VARIABLES) ? always : never,
  changesProtectedStages: scopes.has(CHANGES_PROTECTED),
  // JSON, so that one scope cannot look like two.
  permissions: JSON.stringify([...scopes].filter((scope) => scope.startsWith('stages:')).sort()),
});

/** A caller with a token that has these scopes. */
export function callerWithScopes(
  subject: string | null,
  scopes: ReadonlySet<string>,
  client: Caller['client'],
): Caller {
  let known = permissionsByScopes.get(scopes);
  if (known === undefined) {
    known = permissionsOf(scopes);
    permissionsByScopes.set(scopes, known);
  }
  const { hasScopes, seesVariablesOf, changesProtectedStages, permissions } = known;
  // One literal is faster than a spread, and this runs for every request.
  return {
    subject,
    client,
    isAnonymous: false,
    hasScopes,
    seesVariablesOf,
    changesProtectedStages,
    permissions,
  };
}

/** A caller without authentication: everything but a change of a protected stage without `confirm` is allowed. */
export const anonymousCaller = (client: Caller['client']): Caller => ({
  subject: null,
  client,
  isAnonymous: true,
  hasScopes: () => true,
  seesVariablesOf: always,
  changesProtectedStages: false,
  permissions: 'all',
});

/** For a request that was not authenticated: nothing that needs a scope is allowed. */
export const callerWithoutScopes: Caller = callerWithScopes(null, new Set(), { name: null, version: null });

const MAX_NAME = 100;

/** The name and version that Apollo's clients and routers send, made safe for a log. */
export const clientOf = (
  headers: IncomingHttpHeaders,
): { readonly name: string | undefined; readonly version: string | undefined } => ({
  name: printable(headers['apollographql-client-name'], MAX_NAME),
  version: printable(headers['apollographql-client-version'], MAX_NAME),
});
