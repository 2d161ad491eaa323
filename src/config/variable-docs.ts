import { fileVariable, secretNames } from './secret-files.ts';
import { manual, type VariableManual } from './variables/formats.ts';
import { readByOthers, variables } from './variables.ts';

interface Documented extends VariableManual {
  readonly name: string;
  /** The default as it would be written in the environment. */
  readonly fallback?: string | undefined;
  /** The allowed values; undefined where every text is allowed. */
  readonly allowed?: string | undefined;
}

type Row = (typeof variables.shape)[keyof typeof variables.shape];

function fallbackOf(row: Row): string | undefined {
  const { def } = row;
  if (def.type !== 'default' && def.type !== 'prefault') return undefined;
  return typeof def.defaultValue === 'string' ? def.defaultValue : undefined;
}

/** The rule of the row, from its error for a value that no rule accepts: so the docs cannot differ from the check. */
function allowedBy(row: Row): string | undefined {
  const [rule] = row.safeParse('\0').error?.issues ?? [];
  return rule?.message.replace(/^must be /, '');
}

function documentationOf(name: string, row: Row): Documented {
  const entry = manual.get(row);
  if (entry === undefined) throw new Error(`${name} has no description`);
  const file = entry.secret === true ? ` In a file: \`${fileVariable(name)}\`, its path.` : '';
  const meaning = entry.meaning + file;
  return { ...entry, meaning, name, fallback: fallbackOf(row), allowed: allowedBy(row) };
}

/** Every variable that the gateway or one of its libraries reads. */
const allVariables = (): Documented[] => [
  ...Object.entries(variables.shape).map(([name, row]) => documentationOf(name, row)),
  ...Object.entries(readByOthers).map(([name, entry]) => ({ ...entry, name })),
];

export const documentedNames = (): string[] => [
  ...allVariables().map(({ name }) => name),
  ...secretNames.map(fileVariable),
];

const inMarkdown = ({ fallback, otherwise }: Documented): string =>
  otherwise ?? (fallback === undefined ? '–' : `\`${fallback}\``);

/** Removes Markdown, for the terminal and for the example file. */
const plain = (text: string): string => text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');

/** A table for the documentation. */
export const configurationTable = (): string =>
  [
    '| variable | default | allowed values | description |',
    '| --- | --- | --- | --- |',
    ...allVariables().map(
      (each) =>
        `| \`${each.name}\` | ${inMarkdown(each)} | ${each.allowed ?? 'any text'} | ${each.meaning} |`,
    ),
  ].join('\n');

/** The description without Markdown, with the allowed values. */
const inWords = ({ meaning, allowed }: Documented): string =>
  plain(meaning) + (allowed === undefined ? '' : ` Allowed: ${allowed}.`);

/** A file to copy and fill in: every variable with its default, commented out. */
export const environmentExample = (): string =>
  allVariables()
    .map((each) => {
      const fallback = each.otherwise === undefined ? '' : ` Default: ${plain(each.otherwise)}.`;
      return `# ${inWords(each)}${fallback}\n#${each.name}=${each.fallback ?? ''}\n`;
    })
    .join('\n');

/** A list for the terminal. */
export const configurationHelp = (): string =>
  allVariables()
    .map((each) => `  ${each.name} (${plain(inMarkdown(each))})\n      ${inWords(each)}`)
    .join('\n');

const HIDDEN = '(hidden)';

/** The part of a URL after `//`: up to its last `@`, the host with the path, and the query or fragment. */
const URL_PARTS = /\/\/(\S*@)?([^\s?#]*)([?#]\S*)?/g;

/** Hides the parts of a URL that may be secret. No part of an unescaped password may remain. */
const withoutSecrets = (_: string, user: string | undefined, place: string, query: string | undefined) => {
  if (user !== undefined && /[?#]/.test(user)) return `//${HIDDEN}`;
  return `//${user === undefined ? '' : `${HIDDEN}@`}${place}${query === undefined ? '' : `?${HIDDEN}`}`;
};

/** A value that is safe to print: no secrets, and URLs without passwords and queries. */
export function shown(name: string, value: string): string {
  const secret = allVariables().find((each) => each.name === name)?.secret ?? false;
  return secret ? HIDDEN : value.replaceAll(URL_PARTS, withoutSecrets);
}

/** The effective configuration, one variable per line: the values that are set, and the defaults of the others. */
export const configurationInEffect = (environment: NodeJS.ProcessEnv): string =>
  allVariables()
    .map(({ name, fallback, otherwise }) => {
      const value = environment[name];
      if (value !== undefined && value !== '') return `${name}=${shown(name, value)}`;
      const file = secretNames.includes(name) ? environment[fileVariable(name)] : undefined;
      if (file !== undefined && file !== '') return `${fileVariable(name)}=${file}`;
      const words = otherwise === undefined ? '' : `: ${plain(otherwise)}`;
      return `# ${name}=${fallback ?? ''} (default${words})`;
    })
    .join('\n');
