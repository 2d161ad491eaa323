import { readFileSync } from 'node:fs';
import { manual } from './variables/formats.ts';
import { variables } from './variables.ts';

/** The variables whose values are secret. Each may be in a file instead, whose path is in a variable of its own. */
export const secretNames: readonly string[] = Object.entries(variables.shape)
  .filter(([, row]) => manual.get(row)?.secret === true)
  .map(([name]) => name);

export const fileVariable = (name: string): string => `${name}_FILE`;

/** An environment with the secrets of its files. */
export interface EnvironmentWithSecrets {
  readonly env: NodeJS.ProcessEnv;
  /** By the variable that has no value because of it. */
  readonly problems: ReadonlyMap<string, string>;
}

/** The content without the line break that editors and shells append; or what is wrong, as a sentence. */
function read(path: string): { readonly secret: string } | { readonly problem: string } {
  try {
    const secret = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    return secret === '' ? { problem: `the file ${path} is empty.` } : { secret };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `the file ${path} cannot be read: ${reason}.` };
  }
}

export const hasSecretFiles = (env: NodeJS.ProcessEnv): boolean =>
  secretNames.some((name) => (env[fileVariable(name)] ?? '') !== '');

/** Reads the files that the environment names. */
export function readSecretFiles(env: NodeJS.ProcessEnv): EnvironmentWithSecrets {
  const problems = new Map<string, string>();
  const secrets: Record<string, string> = {};
  for (const name of secretNames) {
    const inFile = fileVariable(name);
    const path = env[inFile];
    if (path === undefined) continue;
    if (env[name] !== undefined) {
      problems.set(name, `${name} and ${inFile} are both set; set only one of them.`);
      continue;
    }
    const file = read(path);
    if ('problem' in file) problems.set(name, `${inFile}: ${file.problem}`);
    else secrets[name] = file.secret;
  }
  return { env: { ...env, ...secrets }, problems };
}
