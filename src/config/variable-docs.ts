import { manual, readByOthers, type VariableManual, variables } from './variables.ts';

/** What there is to say of one variable. */
interface Documented extends VariableManual {
  readonly name: string;
  /** As it would be written in the environment. */
  readonly fallback: string | undefined;
}

type Row = (typeof variables.shape)[keyof typeof variables.shape];

function fallbackOf(row: Row): string | undefined {
  const { def } = row;
  if (def.type !== 'default' && def.type !== 'prefault') return undefined;
  return typeof def.defaultValue === 'string' ? def.defaultValue : undefined;
}

function documentationOf(name: string, row: Row): Documented {
  const said = manual.get(row);
  if (said === undefined) throw new Error(`src/variables.ts does not say what ${name} means`);
  return { ...said, name, fallback: fallbackOf(row) };
}

/** Every variable that means something to the gateway. */
const documented = (): Documented[] => [
  ...Object.entries(variables.shape).map(([name, row]) => documentationOf(name, row)),
  ...Object.entries(readByOthers).map(([name, said]) => ({ ...said, name, fallback: undefined })),
];

/** Their names. */
export const documentedNames = (): string[] => documented().map(({ name }) => name);

const inMarkdown = ({ fallback, otherwise }: Documented): string =>
  otherwise ?? (fallback === undefined ? '–' : `\`${fallback}\``);

/** Markdown's signs are for pages; a terminal and a file of settings show the words alone. */
const plain = (text: string): string => text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');

/** A table for the documentation. */
export const configurationTable = (): string =>
  [
    '| variable | default | meaning |',
    '| --- | --- | --- |',
    ...documented().map((each) => `| \`${each.name}\` | ${inMarkdown(each)} | ${each.meaning} |`),
  ].join('\n');

/** A file to copy and fill in: every variable with its default, commented out. */
export const environmentExample = (): string =>
  documented()
    .map((each) => {
      const fallback = each.otherwise === undefined ? '' : ` (${plain(each.otherwise)})`;
      return `# ${plain(each.meaning)}${fallback}\n#${each.name}=${each.fallback ?? ''}\n`;
    })
    .join('\n');

/** A list for the terminal. */
export const configurationHelp = (): string =>
  documented()
    .map((each) => `  ${each.name} (${plain(inMarkdown(each))})\n      ${plain(each.meaning)}`)
    .join('\n');

const HIDDEN = '(hidden)';

/** What follows `//` in a URL: up to its last `@`, the host with the path, and the query or fragment. */
const URL_PARTS = /\/\/(\S*@)?([^\s?#]*)([?#]\S*)?/g;

/** A URL without what may be secret in it. Of a password that is not escaped no part may be left over. */
const withoutSecrets = (_: string, user: string | undefined, place: string, query: string | undefined) => {
  if (user !== undefined && /[?#]/.test(user)) return `//${HIDDEN}`;
  return `//${user === undefined ? '' : `${HIDDEN}@`}${place}${query === undefined ? '' : `?${HIDDEN}`}`;
};

/** A value as it may be shown: no secrets, and of URLs no passwords and no queries. */
export function shown(name: string, value: string): string {
  const secret = documented().find((each) => each.name === name)?.secret ?? false;
  return secret ? HIDDEN : value.replaceAll(URL_PARTS, withoutSecrets);
}

/** The configuration in effect, a line each: what is set, and the defaults of the rest. */
export const configurationInEffect = (environment: NodeJS.ProcessEnv): string =>
  documented()
    .map(({ name, fallback, otherwise }) => {
      const value = environment[name];
      if (value !== undefined && value !== '') return `${name}=${shown(name, value)}`;
      const words = otherwise === undefined ? '' : `: ${plain(otherwise)}`;
      return `# ${name}=${fallback ?? ''} (default${words})`;
    })
    .join('\n');
