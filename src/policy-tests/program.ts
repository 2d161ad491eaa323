import { cedarSchema } from '../auth/policies/cedar-schema.ts';
import { createPolicySet } from '../auth/policies/decide.ts';
import { parseFlags, UsageError } from '../cli/parse-flags.ts';
import { ConfigError } from '../config/config-error.ts';
import { type PoliciesFile, readPoliciesFile } from '../config/policies-file.ts';
import { readCasesFile } from './cases-file.ts';
import { runCase } from './run-case.ts';

export const help = `Checks a file of policies, and tries it.

  stagegraph policies check [-f policies.cedar]               check the file against the schema of policies
  stagegraph policies test -c cases.yaml [-f policies.cedar]  compare decisions with expected ones
  stagegraph policies schema                                  print the schema of policies

  -f, --file FILE    the policies (test: those that the cases name; else POLICIES)
  -c, --cases FILE   the cases, YAML or JSON (docs/policies.md)
  --help             print this help, and exit

Exit codes: 0 all is well; 1 a mistake, or a decision that was not expected.
`;

const flags = {
  file: { type: 'string', short: 'f' },
  cases: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Where the program writes. */
export interface Output {
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function readFile(path: string | undefined, { note }: Output): PoliciesFile {
  if (path === undefined || path === '')
    throw new UsageError('--file or POLICIES must name the file of policies.');
  const file = readPoliciesFile(path, path);
  for (const warning of file.warnings) note(`warning: ${warning}`);
  return file;
}

function check(path: string | undefined, output: Output): number {
  const { policies } = readFile(path, output);
  output.print(`${policies.length === 1 ? '1 policy' : `${policies.length} policies`}, no mistakes\n`);
  return 0;
}

function test(
  casesPath: string | undefined,
  path: string | undefined,
  fallback: string | undefined,
  output: Output,
): number {
  if (casesPath === undefined) throw new UsageError('test needs --cases.');
  const { cases, policies: named } = readCasesFile(casesPath);
  const set = createPolicySet(readFile(path ?? named ?? fallback, output).policies);
  const failures = cases.flatMap((each) => {
    const problem = runCase(set, each);
    const { line, col } = each.place;
    return problem === undefined
      ? []
      : [`${casesPath}:${line}:${col}: ${each.name ?? each.action}: ${problem}`];
  });
  for (const failure of failures) output.note(failure);
  output.print(`${counted(cases.length, 'case')}, ${failures.length} failed\n`);
  return failures.length === 0 ? 0 : 1;
}

function runCommand(args: readonly string[], { POLICIES }: NodeJS.ProcessEnv, output: Output): number {
  const [command, ...rest] = args;
  const values = parseFlags(command?.startsWith('-') === false ? rest : args, flags);
  if (values.help) {
    output.print(help);
    return 0;
  }
  if (command === 'check') return check(values.file ?? POLICIES, output);
  if (command === 'test') return test(values.cases, values.file, POLICIES, output);
  if (command !== 'schema')
    throw new UsageError(`The commands are check, test and schema, not ${command ?? 'nothing'}.`);
  output.print(cedarSchema);
  return 0;
}

/** Returns the exit code. */
export function run(args: readonly string[], environment: NodeJS.ProcessEnv, output: Output): number {
  try {
    return runCommand(args, environment, output);
  } catch (error) {
    if (error instanceof UsageError) output.note(`${error.message}\nSee stagegraph policies --help.`);
    else if (error instanceof ConfigError) output.note(error.message);
    else if (error instanceof Error && 'code' in error) output.note(error.message);
    else throw error;
    return 1;
  }
}

export function main(args: readonly string[], environment: NodeJS.ProcessEnv): void {
  process.exitCode = run(args, environment, {
    print: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(`${text}\n`),
  });
}
