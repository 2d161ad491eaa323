import { isObject } from '../../untrusted/unknown-value.ts';

/** The patch paths of stage variables, and of a canary's overrides of them (stage-api.md, section 4). */
const VARIABLE_PATH = /^\/(variables|canarySettings\/stageVariableOverrides)(\/|$)/;

/** Whether what is written at this path is the value of a stage variable, which not everybody may see. */
export const holdsVariableValue = (path: string): boolean => VARIABLE_PATH.test(path);

/** What stands where a value must not. */
export const REDACTED = '[redacted]';

/** Members of the SDK's inputs that map names of variables to values. */
const VARIABLE_MAPS: readonly string[] = ['variables', 'stageVariableOverrides'];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** What of an input is the value of a variable, wherever its operation puts it. */
function isValueOfVariable(holder: object, name: string, inMap: boolean): boolean {
  if (inMap) return true;
  return name === 'value' && 'path' in holder && isText(holder.path) && holdsVariableValue(holder.path);
}

/** Walks an SDK input; `found` says what stands in the place of every value of a variable. */
function walk(value: unknown, found: (text: string) => string, inMap = false): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => walk(each, found, inMap));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      isText(member) && isValueOfVariable(value, name, inMap)
        ? found(member)
        : walk(member, found, VARIABLE_MAPS.includes(name)),
    ]),
  );
}

/** An SDK input as it may be told. */
export function withoutVariables(input: object): object {
  const told = walk(input, () => REDACTED);
  return isObject(told) ? told : {};
}

const MAX_MESSAGE = 2000;

/**
 * What AWS says of a call, as it may be told: AWS quotes what it refuses. Cutting a value out would still show where it
 * stood, so a message with one in it is withheld whole.
 */
export function redactMessage(message: string, input: object): string {
  const values: string[] = [];
  walk(input, (value) => {
    values.push(value);
    return value;
  });
  return values.some((value) => message.includes(value))
    ? '(withheld: the value of a variable is in it)'
    : message.slice(0, MAX_MESSAGE);
}
