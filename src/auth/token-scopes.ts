import type { Scope } from './scopes.ts';
import { claimAt, isText } from './token-claims.ts';

/** A value of a claim that gives scopes. */
export interface ScopeGrant {
  /** The name of the claim, or the dotted path of a nested one. */
  readonly claim: string;
  readonly value: string;
  readonly scopes: readonly Scope[];
}

/** Which claims of a token give which scopes. */
export interface ScopeRules {
  /** The claim with the scopes: a string separated by spaces, or a list. */
  readonly scopeClaim: string;
  /** Removed from the scopes of that claim. Scopes without it belong to other APIs of the issuer, and do not count. */
  readonly scopePrefix: string;
  readonly scopeMap: readonly ScopeGrant[];
}

/** Claims whose strings are lists separated by spaces. Every other string is one value: a group may contain a space. */
const SPACE_SEPARATED = ['scope', 'scp'];

function valuesOf(claim: unknown, isSpaceSeparated: boolean): readonly string[] {
  const list: readonly unknown[] = Array.isArray(claim)
    ? claim
    : typeof claim === 'string' && isSpaceSeparated
      ? claim.split(' ')
      : [claim];
  return list.filter(isText);
}

/** The scopes of a token. */
export function scopesOf(
  claims: Readonly<Record<string, unknown>>,
  { scopeClaim, scopePrefix, scopeMap }: ScopeRules,
): ReadonlySet<string> {
  const read = (claim: string) =>
    valuesOf(claimAt(claims, claim), claim === scopeClaim || SPACE_SEPARATED.includes(claim));
  const own = read(scopeClaim)
    .filter((scope) => scope.startsWith(scopePrefix))
    .map((scope) => scope.slice(scopePrefix.length));
  const granted = scopeMap.filter(({ claim, value }) => read(claim).includes(value));
  return new Set([...own, ...granted.flatMap(({ scopes }) => scopes)]);
}
