import { isObject } from '../../untrusted/unknown-value.ts';
import { itemsOf } from '../token-claims.ts';

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * The claims of a token as policies see them: each is a set of strings. A nested claim has its path as its name, as
 * `realm_access.roles`, unless the token has a claim of just this name.
 */
export function claimSets(claims: Readonly<Record<string, unknown>>): ReadonlyMap<string, readonly string[]> {
  const sets = new Map<string, readonly string[]>();
  function add(name: string, value: unknown): void {
    if (value === null || value === undefined) return;
    if (!isObject(value) || Array.isArray(value)) {
      sets.set(name, itemsOf(name, value).map(asText));
      return;
    }
    for (const [member, nested] of Object.entries(value)) {
      const path = `${name}.${member}`;
      if (!Object.hasOwn(claims, path)) add(path, nested);
    }
  }
  for (const [name, value] of Object.entries(claims)) add(name, value);
  return sets;
}
