/** The patch paths of stage variables, and of a canary's overrides of them (stage-api.md, section 4). */
const VARIABLE_PATH = /^\/(variables|canarySettings\/stageVariableOverrides)(\/|$)/;

/** Whether what is written at this path is the value of a stage variable, which not everybody may see. */
export const holdsVariableValue = (path: string): boolean => VARIABLE_PATH.test(path);

/** Members of the SDK's inputs that map names of variables to values. */
const VARIABLE_MAPS: readonly string[] = ['variables', 'stageVariableOverrides'];

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The values of variables in what a call sends, wherever its operation puts them. */
function valuesIn(input: unknown): string[] {
  const entries = entriesOf(input);
  const { path, value } = Object.fromEntries(entries);
  const own = isText(path) && holdsVariableValue(path) && isText(value) ? [value] : [];
  const nested = entries.flatMap(([name, member]) =>
    VARIABLE_MAPS.includes(name)
      ? entriesOf(member)
          .map(([, text]) => text)
          .filter(isText)
      : valuesIn(member),
  );
  return [...own, ...nested];
}

/** What AWS says of a call, without the values of variables that the call sent: AWS quotes what it refuses. */
export const withoutVariableValues = (message: string, input: unknown): string =>
  valuesIn(input)
    .sort((a, b) => b.length - a.length)
    .reduce((text, value) => text.replaceAll(value, '[redacted]'), message);
