import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { EmbeddedStageApiOptions } from './start.ts';
import { emptyState } from './state/state.ts';
import { isHostRule } from './wire/host-check.ts';
import { type Fault, modesSchema } from './wire/modes.ts';

type Command =
  | { readonly kind: 'serve'; readonly options: EmbeddedStageApiOptions }
  | { readonly kind: 'help' | 'sample' }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] };

export const help = `The embedded Stage API: Amazon API Gateway's Stage API on your own machine.

  npx stagegraph stage-api [options]

  --host HOST              address to listen on (127.0.0.1)
  --port PORT              port to listen on, 0 for any free one (EMBEDDED_PORT, or else 4001)
  --allowed-hosts LIST     further accepted values of the header Host, also *.suffix, separated by commas
                           (ALLOWED_HOSTS); checked while HOST is a loopback address
  --region REGION          Region in the example that is printed at the start (us-east-1); clients of every
                           Region are served
  --data FILE              start with the state in FILE, if it exists, and keep the state in it
                           (EMBEDDED_DATA, or else in memory only)
  --empty                  start without sample data, if there is no FILE yet
  --clock TIME             the time of all dates, such as 2026-01-01T00:00:00Z (the current time)
  --seed NUMBER            generate the same ids in every run
  --quota                  throttle requests like AWS: 10 requests a second, burst 40; CreateDeployment
                           once in 5 s, and the limits of other operations
  --latency MS             wait before every operation
  --conflicts RATE         share of writes, 0 to 1, that fail because of a concurrent modification
  --fail OPERATION[:STATUS]  answer OPERATION, or * for all, with an error (503); repeatable
  --hang OPERATION         never answer OPERATION; repeatable
  --cache-clock CLOCK      how long changes of cache clusters take: instant (default), realistic
                           (minutes), or a number of seconds for each change
  --stages-per-api NUMBER  quota of stages per REST API (10)
  --no-logs-role           the account has no CloudWatch Logs role: execution logging is rejected
                           until UpdateAccount sets one
  --strict                 --no-logs-role, and the client certificate of a stage must exist
  --lenient                deploy APIs without methods, and methods without an integration
  --print-sample           print the sample data as a state file, and exit
  --help                   print this help, and exit

The modes can be changed at run time: see docs/embedded-stage-api.md.
`;

const flags = {
  host: { type: 'string' },
  port: { type: 'string' },
  'allowed-hosts': { type: 'string' },
  region: { type: 'string' },
  data: { type: 'string' },
  empty: { type: 'boolean' },
  clock: { type: 'string' },
  seed: { type: 'string' },
  quota: { type: 'boolean' },
  latency: { type: 'string' },
  conflicts: { type: 'string' },
  fail: { type: 'string', multiple: true },
  hang: { type: 'string', multiple: true },
  'cache-clock': { type: 'string' },
  'stages-per-api': { type: 'string' },
  'no-logs-role': { type: 'boolean' },
  lenient: { type: 'boolean' },
  strict: { type: 'boolean' },
  'print-sample': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Flag = keyof typeof flags;
const isFlag = (name: string): name is Flag => Object.hasOwn(flags, name);

/** NaN for an empty value, which Number turns into 0. */
const toNumber = (text: string) => (text.trim() === '' ? NaN : Number(text));

const portSchema = z.int().min(0).max(65_535);
const hostsSchema = z.array(
  z.string().refine(isHostRule, 'must be host names, also *.suffix, separated by commas'),
);
const modes = modesSchema.shape;

const toList = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

function toClock(text: string): unknown {
  const seconds = toNumber(text);
  return Number.isNaN(seconds)
    ? text
    : { createSeconds: seconds, deleteSeconds: seconds, flushSeconds: seconds };
}

function toFault(action: Fault['action'], text: string): unknown {
  const [operation, status, ...rest] = text.split(':');
  if (status === undefined) return { operation, action };
  return { operation, action, status: rest.length > 0 || action !== 'fail' ? NaN : toNumber(status) };
}

/** The values of each option, and all syntax errors. */
function readFlags(args: readonly string[]) {
  const mistakes: string[] = [];
  const texts = new Map<Flag, string[]>();
  const { tokens } = parseArgs({ args: [...args], options: flags, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') mistakes.push(`${token.value}: unexpected argument`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!isFlag(name)) mistakes.push(`${rawName}: unknown option`);
    else if (flags[name].type === 'boolean' && value !== undefined)
      mistakes.push(`--${name}: takes no value`);
    else if (flags[name].type === 'string' && value === undefined) mistakes.push(`--${name}: needs a value`);
    else texts.set(name, [...(texts.get(name) ?? []), value ?? '']);
  }
  for (const [name, values] of texts) {
    const repeatable = name === 'fail' || name === 'hang';
    if (values.length > 1 && !repeatable) mistakes.push(`--${name}: given ${values.length} times`);
  }
  return { mistakes, texts };
}

/** Environment variables for options that are not given; an empty value counts as unset. */
const variables: Readonly<Partial<Record<Flag, string>>> = {
  port: 'EMBEDDED_PORT',
  data: 'EMBEDDED_DATA',
  'allowed-hosts': 'ALLOWED_HOSTS',
};

/** Reports all mistakes together. */
export function readCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Command {
  const { mistakes, texts } = readFlags(args);
  if (texts.has('help')) return { kind: 'help' };
  const read = <T>(name: Flag, schema: z.ZodType<T>, convert: (text: string) => unknown): T | undefined => {
    const variable = variables[name];
    const onLine = texts.get(name)?.at(-1);
    const fallback = variable === undefined ? '' : (environment[variable] ?? '');
    const given = onLine ?? (fallback === '' ? undefined : fallback);
    if (given === undefined) return undefined;
    const parsed = schema.safeParse(convert(given));
    if (parsed.success) return parsed.data;
    const source = onLine === undefined ? variable : `--${name}`;
    mistakes.push(`${source} ${given}: ${parsed.error.issues.map(({ message }) => message).join(', ')}`);
    return undefined;
  };
  const faults = (['fail', 'hang'] as const).flatMap((action) =>
    (texts.get(action) ?? []).flatMap((given) => {
      const parsed = modes.faults.element.safeParse(toFault(action, given));
      if (parsed.success) return [parsed.data];
      const reasons = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      mistakes.push(`--${action} ${given}: ${reasons.join(', ')}`);
      return [];
    }),
  );
  const notEmpty = z.string().min(1, 'must not be empty');
  const options: EmbeddedStageApiOptions = {
    host: read('host', notEmpty, String),
    port: read('port', portSchema, toNumber) ?? 4001,
    allowedHosts: read('allowed-hosts', hostsSchema, toList),
    region: read('region', z.string().regex(/^[a-z0-9-]+$/, 'not a Region'), String),
    dataFile: read('data', notEmpty, String),
    state: texts.has('empty') ? emptyState : undefined,
    clock: read('clock', modes.clock, String),
    seed: read('seed', modes.seed, toNumber),
    quota: texts.has('quota') || undefined,
    latencyMs: read('latency', modes.latencyMs, toNumber),
    conflictRate: read('conflicts', modes.conflictRate, toNumber),
    faults: faults.length > 0 ? faults : undefined,
    cacheClusterClock: read('cache-clock', modes.cacheClusterClock, toClock),
    stagesPerApi: read('stages-per-api', modes.stagesPerApi, toNumber),
    lenient: texts.has('lenient') || undefined,
    cloudWatchLogsRole: texts.has('no-logs-role') ? false : undefined,
    strict: texts.has('strict') || undefined,
  };
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  return texts.has('print-sample') ? { kind: 'sample' } : { kind: 'serve', options };
}
