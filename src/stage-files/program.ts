import { z } from 'zod';
import type { StagePart } from '../__generated__/types.ts';
import { parseFlags, UsageError } from '../cli/parse-flags.ts';
import { allParts } from '../datasources/stages/desired/stage-parts.ts';
import { type Applied, applyFile, problemsIn } from './apply-file.ts';
import { readDefinitionFile } from './definition-file.ts';
import { differenceText } from './difference-text.ts';
import { exportStage, usualParts } from './export-stage.ts';
import { FileProblems } from './file-problems.ts';
import { type Ask, connect, GatewayError } from './gateway-client.ts';

export const help = `Keeps stages as files, through a running gateway.

  stagegraph export --api ID --stage NAME > stage.yaml
  stagegraph plan -f stage.yaml      show what would be changed
  stagegraph apply -f stage.yaml     change it

  --url URL           the gateway's URL (STAGEGRAPH_URL, else http://localhost:4000/graphql)
  --json              print JSON
  --help              print this help, and exit

  export:
  --api ID            AWS's id of the REST API
  --stage NAME        the name of the stage
  --account A         the account, by its digits or its alias
  --region R          the Region
  --parts P,…         the parts that the file owns (all but DEPLOYMENT and CANARY_SETTINGS):
                      ${allParts.slice(0, 6).join(', ')},
                      ${allParts.slice(6).join(', ')}

  plan and apply:
  -f, --file FILE     the file, YAML or JSON (docs/stage-file.schema.json)
  --confirm NAME      the stage's name again, for a protected stage (apply)
  --expect-plan PLAN  apply only what this plan has shown (apply)

STAGEGRAPH_TOKEN is sent as the bearer token. Exit codes: 0 nothing to do, or done; 2 plan: there are changes; 1 error.
`;

const DEFAULT_URL = 'http://localhost:4000/graphql';

const flags = {
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  api: { type: 'string' },
  stage: { type: 'string' },
  account: { type: 'string' },
  region: { type: 'string' },
  parts: { type: 'string' },
  file: { type: 'string', short: 'f' },
  confirm: { type: 'string' },
  'expect-plan': { type: 'string' },
} as const;

type Values = ReturnType<typeof parseFlags<typeof flags>>;

/** The commands. */
export const stageFileCommands = ['export', 'plan', 'apply'] as const;
export type StageFileCommand = (typeof stageFileCommands)[number];

/** Where a command writes. */
export interface Output {
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
  readonly isColored: boolean;
}

function partsOf(list: string | undefined): readonly StagePart[] {
  if (list === undefined) return usualParts;
  const isPart = (name: string): name is StagePart => allParts.some((part) => part === name);
  return list.split(',').map((name) => {
    if (!isPart(name)) throw new UsageError(`--parts must name some of ${allParts.join(', ')}, not ${name}.`);
    return name;
  });
}

async function runExport(ask: Ask, values: Values, { print, note }: Output): Promise<number> {
  const { api, stage, account, region } = values;
  if (api === undefined || stage === undefined) throw new UsageError('export needs --api and --stage.');
  const names = {
    restApiId: api,
    stageName: stage,
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  };
  print(await exportStage(ask, names, partsOf(values.parts), note));
  return 0;
}

const jsonOf = (applied: Applied): string => `${JSON.stringify(applied, undefined, 2)}\n`;

async function runFile(
  command: 'plan' | 'apply',
  ask: Ask,
  values: Values,
  { print, note, isColored }: Output,
): Promise<number> {
  const { file, json, confirm, 'expect-plan': expectedPlan } = values;
  if (file === undefined) throw new UsageError(`${command} needs --file.`);
  if (command === 'plan' && (confirm !== undefined || expectedPlan !== undefined)) {
    throw new UsageError('--confirm and --expect-plan belong to apply.');
  }
  const isPlan = command === 'plan';
  const definition = readDefinitionFile(file);
  const applied = await applyFile(ask, definition, { dryRun: isPlan, confirm, expectedPlan });
  const problems = problemsIn(applied, file, definition);
  const isDone = !isPlan && problems.length === 0;
  if (json) print(jsonOf(applied));
  else if (problems.length === 0 || applied.changes.length > 0) {
    print(`${differenceText(applied, isDone, isColored)}\n`);
  }
  if (problems.length > 0) {
    note(problems.join('\n'));
    return 1;
  }
  return isPlan && applied.changes.length > 0 ? 2 : 0;
}

/** Returns the exit code. */
export async function run(
  command: StageFileCommand,
  args: readonly string[],
  { STAGEGRAPH_URL, STAGEGRAPH_TOKEN }: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  try {
    const values = parseFlags(args, flags);
    if (values.help) {
      output.print(help);
      return 0;
    }
    const url = values.url ?? STAGEGRAPH_URL ?? DEFAULT_URL;
    if (!URL.canParse(url)) throw new UsageError(`--url must be a URL, not ${url}.`);
    const ask = connect(url, STAGEGRAPH_TOKEN);
    return await (command === 'export'
      ? runExport(ask, values, output)
      : runFile(command, ask, values, output));
  } catch (error) {
    if (error instanceof UsageError) output.note(`${error.message}\nSee stagegraph ${command} --help.`);
    else if (error instanceof FileProblems || error instanceof GatewayError) output.note(error.message);
    else if (error instanceof z.ZodError)
      output.note(`The gateway's answer is not understood: ${z.prettifyError(error)}`);
    else if (error instanceof Error && 'code' in error) output.note(error.message);
    else throw error;
    return 1;
  }
}

export async function main(
  command: StageFileCommand,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  process.exitCode = await run(command, args, environment, {
    print: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(`${text}\n`),
    isColored: process.stdout.isTTY && environment.NO_COLOR === undefined,
  });
}
