import { z } from 'zod';
import { isScope, SCOPES } from '../../auth/scopes.ts';
import type { ScopeGrant } from '../../auth/token-scopes.ts';
import { quote } from '../../untrusted/quote.ts';
import { list } from './formats.ts';

/** Without a separator, `stagegraph` would leave `/stages:read` of `stagegraph/stages:read`: no scope at all. */
export const scopePrefix = z
  .string()
  .regex(
    /^[!-~]*[!-/:-@[-`{-~]$/,
    'must be printable ASCII characters, the last of them a separator, such as stagegraph/',
  );

const MAP_RULE =
  'must be entries of the form claim=value=scope, such as groups=admins=stages:admin, separated by commas';

/** Decodes the characters that would separate entries. Undefined: a percent sign encodes nothing. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}

/**
 * An entry, or what is wrong with it. An equals sign separates, because colons are frequent in claims
 * (`cognito:groups`, `https://id.example.com/roles`) and in values (`stages:read`). A value may contain both.
 */
function toGrant(entry: string): ScopeGrant | string {
  const first = entry.indexOf('=');
  const last = entry.lastIndexOf('=');
  const claim = decoded(entry.slice(0, Math.max(first, 0)));
  const value = decoded(entry.slice(first + 1, last));
  const scopes = entry
    .slice(last + 1)
    .split(' ')
    .filter((scope) => scope !== '');
  if (claim === undefined || value === undefined)
    return `contains ${quote(entry)}, in which a percent sign encodes no character: write %25 for a percent sign`;
  if (claim === '' || value === '' || scopes.length === 0)
    return `contains ${quote(entry)}, which is not of the form claim=value=scope`;
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined)
    return `contains ${quote(entry)}, but ${quote(unknown)} is not a scope; the scopes are ${SCOPES.join(', ')}`;
  return { claim, value, scopes: scopes.filter(isScope) };
}

/** Values of claims, and the scopes that they give. */
export const scopeMap = z
  .string()
  .refine((text) => text.includes('='), { error: MAP_RULE, abort: true })
  .pipe(list)
  .transform((entries, context) => {
    const parsed = entries.map(toGrant);
    for (const problem of parsed)
      if (typeof problem === 'string') context.addIssue({ code: 'custom', message: problem });
    return parsed.filter((grant) => typeof grant !== 'string');
  });
