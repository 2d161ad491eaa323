import { isObject } from '../../untrusted/unknown-value.ts';

/** The patch paths of stage variables, and of a canary's overrides of them (stage-api.md, section 4). */
const VARIABLE_PATH = /^\/(variables|canarySettings\/stageVariableOverrides)(\/|$)/;

/** Whether the value at this path is that of a stage variable, which only some callers may see. */
export const holdsVariableValue = (path: string): boolean => VARIABLE_PATH.test(path);

/** Replaces a value that must not be shown. */
export const REDACTED = '[redacted]';

/** Members of the SDK's inputs that map names of variables to values, with their patch paths. */
const VARIABLE_MAPS: ReadonlyMap<string, string> = new Map([
  ['variables', '/variables'],
  ['stageVariableOverrides', '/canarySettings/stageVariableOverrides'],
]);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Whether a member of an input is the value of a variable. */
function isValueOfVariable(holder: object, name: string, inMap: boolean): boolean {
  if (inMap) return true;
  return name === 'value' && 'path' in holder && isText(holder.path) && holdsVariableValue(holder.path);
}

/** Copies an SDK input; `replace` gives the replacement of each value of a variable. */
function walk(value: unknown, replace: (text: string) => string, inMap = false): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => walk(each, replace, inMap));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      isText(member) && isValueOfVariable(value, name, inMap)
        ? replace(member)
        : walk(member, replace, VARIABLE_MAPS.has(name)),
    ]),
  );
}

/** The patch paths of the variables that an SDK input gives a value. That of a whole map: the call copies one. */
export function pathsOfGivenVariables(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(pathsOfGivenVariables);
  if (!isObject(value)) return [];
  if ('op' in value && 'path' in value && isText(value.path)) {
    return value.op !== 'remove' && holdsVariableValue(value.path) ? [value.path] : [];
  }
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const path = VARIABLE_MAPS.get(name);
    if (path === undefined) return pathsOfGivenVariables(member);
    return isObject(member) ? Object.keys(member).map((variable) => `${path}/${variable}`) : [];
  });
}

/** An SDK input without the values of variables. */
export function withoutVariables(input: object): object {
  const redacted = walk(input, () => REDACTED);
  return isObject(redacted) ? redacted : {};
}

const MAX_MESSAGE = 2000;

/**
 * AWS's message, withheld if it quotes the value of a variable: removing only the value would still show where it was.
 */
export function redactMessage(message: string, input: object): string {
  const values: string[] = [];
  walk(input, (value) => {
    values.push(value);
    return value;
  });
  return values.some((value) => message.includes(value))
    ? '(withheld: it contains the value of a variable)'
    : message.slice(0, MAX_MESSAGE);
}
