import type { Scope } from './scopes.ts';
import { claimAt, isText, itemsOf } from './token-claims.ts';

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

/** The scopes of a token. */
export function scopesOf(
  claims: Readonly<Record<string, unknown>>,
  { scopeClaim, scopePrefix, scopeMap }: ScopeRules,
): ReadonlySet<string> {
  const read = (claim: string) => itemsOf(claim, claimAt(claims, claim), scopeClaim).filter(isText);
  const own = read(scopeClaim)
    .filter((scope) => scope.startsWith(scopePrefix))
    .map((scope) => scope.slice(scopePrefix.length));
  const granted = scopeMap.filter(({ claim, value }) => read(claim).includes(value));
  return new Set([...own, ...granted.flatMap(({ scopes }) => scopes)]);
}
