import { manual, readByOthers, type VariableManual, variables } from './variables.ts';

interface Documented extends VariableManual {
  readonly name: string;
  /** The default, as it would be written in the environment. */
  readonly defaultValue: string | undefined;
}

type Row = (typeof variables.shape)[keyof typeof variables.shape];

function defaultOf(row: Row): string | undefined {
  const { def } = row;
  if (def.type !== 'default' && def.type !== 'prefault') return undefined;
  return typeof def.defaultValue === 'string' ? def.defaultValue : undefined;
}

function documentationOf(name: string, row: Row): Documented {
  const entry = manual.get(row);
  if (entry === undefined) throw new Error(`${name} has no description`);
  return { ...entry, name, defaultValue: defaultOf(row) };
}

/** All variables of the gateway and its libraries. */
const documented = (): Documented[] => [
  ...Object.entries(variables.shape).map(([name, row]) => documentationOf(name, row)),
  ...Object.entries(readByOthers).map(([name, entry]) => ({ ...entry, name, defaultValue: undefined })),
];

export const documentedNames = (): string[] => documented().map(({ name }) => name);

const inMarkdown = ({ defaultValue, otherwise }: Documented): string =>
  otherwise ?? (defaultValue === undefined ? '–' : `\`${defaultValue}\``);

/** Removes Markdown for terminals and files. */
const plain = (text: string): string => text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');

/** The table in docs/configuration.md. */
export const configurationTable = (): string =>
  [
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...documented().map((each) => `| \`${each.name}\` | ${inMarkdown(each)} | ${each.meaning} |`),
  ].join('\n');

/** .env.example: every variable with its default, commented out. */
export const environmentExample = (): string =>
  documented()
    .map((each) => {
      const remark = each.otherwise === undefined ? '' : ` (${plain(each.otherwise)})`;
      return `# ${plain(each.meaning)}${remark}\n#${each.name}=${each.defaultValue ?? ''}\n`;
    })
    .join('\n');

/** The list in --help. */
export const configurationHelp = (): string =>
  documented()
    .map((each) => `  ${each.name} (${plain(inMarkdown(each))})\n      ${plain(each.meaning)}`)
    .join('\n');

const HIDDEN = '(hidden)';

/** The parts of a URL after `//`: user and password up to the last `@`, host and path, query or fragment. */
const URL_PARTS = /\/\/(\S*@)?([^\s?#]*)([?#]\S*)?/g;

/** Hides user, password and query. An unescaped password may contain any character: no part of it may remain. */
const withoutSecrets = (
  _: string,
  user: string | undefined,
  hostAndPath: string,
  query: string | undefined,
) => {
  if (user !== undefined && /[?#]/.test(user)) return `//${HIDDEN}`;
  return `//${user === undefined ? '' : `${HIDDEN}@`}${hostAndPath}${query === undefined ? '' : `?${HIDDEN}`}`;
};

/** A value without its secrets: passwords and queries of URLs are hidden. */
export function shown(name: string, value: string): string {
  const secret = documented().find((each) => each.name === name)?.secret ?? false;
  return secret ? HIDDEN : value.replaceAll(URL_PARTS, withoutSecrets);
}

/** The output of --print-config: a line for each variable, with its value or default. */
export const configurationInEffect = (environment: NodeJS.ProcessEnv): string =>
  documented()
    .map(({ name, defaultValue, otherwise }) => {
      const value = environment[name];
      if (value !== undefined && value !== '') return `${name}=${shown(name, value)}`;
      const words = otherwise === undefined ? '' : `: ${plain(otherwise)}`;
      return `# ${name}=${defaultValue ?? ''} (default${words})`;
    })
    .join('\n');
