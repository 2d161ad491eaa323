import type { JWTPayload } from 'jose';
import { isObject } from '../untrusted/unknown-value.ts';

/**
 * The value of a claim, by its name or by the dotted path of a nested one; undefined if the token has none. A name that
 * exists as it is written has precedence, because names may contain dots: `https://id.example.com/roles`.
 */
export function claimAt(claims: unknown, path: string): unknown {
  if (!isObject(claims)) return undefined;
  if (Object.hasOwn(claims, path)) return Reflect.get(claims, path);
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const parent = path.slice(0, dot);
    const value = Object.hasOwn(claims, parent)
      ? claimAt(Reflect.get(claims, parent), path.slice(dot + 1))
      : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Claims that are lists in one string (RFC 9068; Entra's name). Every other string is one value: a group may contain a space. */
const SPACE_SEPARATED: readonly string[] = ['scope', 'scp'];

/** The items of a claim that is a list, else the claim itself. `scopeClaim`: another claim that is a list in one string. */
export function itemsOf(name: string, claim: unknown, scopeClaim = 'scope'): readonly unknown[] {
  if (Array.isArray(claim)) return claim;
  const isList = typeof claim === 'string' && (name === scopeClaim || SPACE_SEPARATED.includes(name));
  return isList ? claim.split(' ').filter(isText) : [claim];
}

/** Whether a claim is a text that says something. */
export const isText = (claim: unknown): claim is string => typeof claim === 'string' && claim !== '';

export const subjectOf = ({ sub, client_id: clientId, azp }: JWTPayload): string | null =>
  [sub, clientId, azp].find(isText) ?? null;

/** The claims that name the client, the first one counts: of RFC 9068, of OpenID Connect, of Entra (v1.0), of Okta. */
const CLIENT_CLAIMS = ['client_id', 'azp', 'appid', 'cid'] as const;

/** The claim that names the client to which the token was issued, with its value; undefined if there is none. */
export function clientClaimOf(
  claims: JWTPayload,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of CLIENT_CLAIMS) {
    const value = claims[name];
    if (isText(value)) return { name, value };
  }
  return undefined;
}
