import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';

type Variables = Readonly<Record<string, string>>;

/** For stage variables and a canary's overrides (docs/stage-api.md §3, §8). */
export function checkVariable(name: string, value: string) {
  if (!/^[A-Za-z0-9_]+$/.test(name)) throw badRequest(recorded.variableName(name));
  if (name.length > 64) throw badRequest(assumed.variableNameTooLong(name));
  // AWS's message allows a space, its documentation `~` and `#`; this accepts all of them.
  if (!/^[A-Za-z0-9\-._~:/?#&=, ]+$/.test(value)) throw badRequest(recorded.variableValue(name));
  if (value.length > 512) throw badRequest(assumed.variableValueTooLong(name));
}

export function checkVariables(variables: Variables): Variables {
  for (const [name, value] of Object.entries(variables)) checkVariable(name, value);
  if (Object.keys(variables).length > 100) throw badRequest(assumed.tooManyVariables);
  return variables;
}

/** A computed key, because `__proto__` is a valid name. */
export const withVariable = (variables: Variables | undefined, name: string, value: string): Variables => ({
  ...variables,
  [name]: value,
});

/** The unescaped name after `prefix`, or undefined. `~1` must be replaced before `~0` (§4). */
export const nameAfterPrefix = (prefix: string, path: string): string | undefined =>
  path.startsWith(prefix) && path.length > prefix.length
    ? path.slice(prefix.length).replaceAll('~1', '/').replaceAll('~0', '~')
    : undefined;
