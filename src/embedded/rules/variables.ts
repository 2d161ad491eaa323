import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';

type Variables = Readonly<Record<string, string>>;

/** §3 and §8: the same rules for stage variables and for a canary's overrides. */
export function checkVariable(name: string, value: string) {
  if (!/^[A-Za-z0-9_]+$/.test(name)) throw badRequest(recorded.variableName(name));
  if (name.length > 64) throw badRequest(unverified.variableNameTooLong(name));
  // The message allows a space, the documentation `~` and `#`: the union.
  if (!/^[A-Za-z0-9\-._~:/?#&=, ]+$/.test(value)) throw badRequest(recorded.variableValue(name));
  if (value.length > 512) throw badRequest(unverified.variableValueTooLong(name));
}

/** §3: at most 100. */
export function checkVariables(variables: Variables): Variables {
  for (const [name, value] of Object.entries(variables)) checkVariable(name, value);
  if (Object.keys(variables).length > 100) throw badRequest(unverified.tooManyVariables);
  return variables;
}

/** Computed keys keep `__proto__` an ordinary name. */
export const withVariable = (variables: Variables | undefined, name: string, value: string): Variables => ({
  ...variables,
  [name]: value,
});

export const withoutVariable = (variables: Variables | undefined, name: string): Variables =>
  Object.fromEntries(Object.entries(variables ?? {}).filter(([key]) => key !== name));

/** The name in a patch path below `prefix`, or undefined. Unescaped as §4 says: `~1` first, `~0` last. */
export const nameBelow = (prefix: string, path: string): string | undefined =>
  path.startsWith(prefix) && path.length > prefix.length
    ? path.slice(prefix.length).replaceAll('~1', '/').replaceAll('~0', '~')
    : undefined;
