import { z } from 'zod';
import type { LogLevel } from './logger.ts';

/** A number within bounds; whatever is wrong with it, the message is the rule. */
const number = (rule: string, check: (value: number) => boolean) =>
  z.string().transform(Number).refine(check, `must be ${rule}`);
const from = (least: number, most: number) => (value: number) => value >= least && value <= most;
const whole = (least: number, most: number) => (value: number) =>
  Number.isInteger(value) && from(least, most)(value);

const port = number('a whole number from 0 to 65535', whole(0, 65_535));
const seconds = number(
  'a number of seconds, more than 0 and at most 300',
  (value) => value > 0 && value <= 300,
);
const endpoint = z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' });

/** `prod*` and the like: `*` stands for anything. */
const patterns = z
  .string()
  .regex(/^[\w*-]*(\s*,\s*[\w*-]*)*$/, 'must be names of stages with * for anything, separated by commas')
  .transform((list) => list.split(',').map((pattern) => pattern.trim()))
  .transform((list) => list.filter((pattern) => pattern !== ''));

/** One row per variable: its form and default. The table in the README says the same in words. */
const variables = z.object({
  HOST: z.string().default('localhost'),
  PORT: port.prefault('4000'),
  NODE_ENV: z.string().default('development'),
  STAGE_API: z.enum(['embedded', 'aws'], { error: 'must be embedded or aws' }).optional(),
  EMBEDDED_PORT: port.prefault('4001'),
  EMBEDDED_DATA: z.string().optional(),
  AWS_ENDPOINT_URL_API_GATEWAY: endpoint.optional(),
  AWS_ENDPOINT_URL: endpoint.optional(),
  UPSTREAM_TIMEOUT_SECONDS: seconds.prefault('10'),
  UPSTREAM_DEADLINE_SECONDS: seconds.prefault('25'),
  CACHE_TTL_SECONDS: number('a number of seconds from 0 to 3600', from(0, 3600)).prefault('5'),
  STALE_SECONDS: number('a number of seconds from 0 to 86400', from(0, 86_400)).prefault('60'),
  UPSTREAM_RATE: number(
    'more than 0 and at most 100000 calls a second',
    (value) => value > 0 && value <= 100_000,
  ).prefault('5'),
  UPSTREAM_BURST: number('a whole number from 1 to 100000', whole(1, 100_000)).prefault('20'),
  AUTH: z.enum(['off'], { error: 'must be off, or left out' }).optional(),
  PROTECTED_STAGES: patterns.default([]),
  EXPLORER: z.enum(['sandbox', 'off'], { error: 'must be sandbox or off' }).optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be debug, info, warn, error or silent',
    })
    .default('info'),
});

type Variables = z.infer<typeof variables>;

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly production: boolean;
  readonly stageApi:
    | { readonly kind: 'embedded'; readonly port: number; readonly dataFile: string | undefined }
    | { readonly kind: 'aws'; readonly endpoint: string | undefined };
  readonly upstreamTimeoutMs: number;
  readonly upstreamDeadlineMs: number;
  readonly cacheTtlMs: number;
  readonly staleMs: number;
  readonly upstreamRate: number;
  readonly upstreamBurst: number;
  readonly isProtected: (stageName: string) => boolean;
  readonly explorer: 'sandbox' | 'off';
  readonly logLevel: LogLevel;
}

/** Everything that is wrong with the configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Unsaid, an endpoint of one's own means that it is to be used; production is never a guess. */
function stageApiKind(env: Variables): 'embedded' | 'aws' | undefined {
  if (env.STAGE_API !== undefined) return env.STAGE_API;
  if (env.AWS_ENDPOINT_URL_API_GATEWAY !== undefined || env.AWS_ENDPOINT_URL !== undefined) return 'aws';
  return env.NODE_ENV === 'production' ? undefined : 'embedded';
}

function contradictions(env: Variables): string[] {
  const kind = stageApiKind(env);
  return [
    ...(kind === undefined ? ['STAGE_API must be "aws" or "embedded" when NODE_ENV is "production".'] : []),
    ...(kind === 'aws' && env.AUTH !== 'off'
      ? [
          'AUTH must be "off" to start against AWS: it says that everyone who reaches the gateway may do everything ' +
            'that its credentials allow. Let nobody reach it who may not.',
        ]
      : []),
    ...(env.UPSTREAM_DEADLINE_SECONDS < env.UPSTREAM_TIMEOUT_SECONDS
      ? ['UPSTREAM_DEADLINE_SECONDS must not be less than UPSTREAM_TIMEOUT_SECONDS.']
      : []),
  ];
}

const toMatcher = (pattern: string): RegExp =>
  new RegExp(`^${pattern.split('*').map(escapeRegExp).join('.*')}$`);

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** An empty variable is an unset one, as shells and container platforms have it. */
const withoutEmpty = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

/** What is wrong with single variables. */
const formProblems = (error: z.ZodError, env: NodeJS.ProcessEnv): string[] =>
  error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `${name}: ${message} (it is ${JSON.stringify(env[name])}).`;
  });

/** Reads and checks the environment, once. Throws a ConfigError that holds every mistake. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const env = withoutEmpty(environment);
  const parsed = variables.safeParse(env);
  if (!parsed.success) {
    // Those that are right by themselves may contradict each other too.
    const wrong = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
    const right = variables.safeParse(
      Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.includes(name))),
    );
    const contradicting = right.success ? contradictions(right.data) : [];
    const others = contradicting.filter((text) => !wrong.some((name) => text.includes(name)));
    throw new ConfigError([...formProblems(parsed.error, env), ...others]);
  }
  const { data } = parsed;
  const problems = contradictions(data);
  if (problems.length > 0) throw new ConfigError(problems);
  const production = data.NODE_ENV === 'production';
  const protectedNames = data.PROTECTED_STAGES.map(toMatcher);
  return Object.freeze({
    host: data.HOST,
    port: data.PORT,
    production,
    stageApi:
      stageApiKind(data) === 'aws'
        ? { kind: 'aws', endpoint: data.AWS_ENDPOINT_URL_API_GATEWAY ?? data.AWS_ENDPOINT_URL }
        : { kind: 'embedded', port: data.EMBEDDED_PORT, dataFile: data.EMBEDDED_DATA },
    upstreamTimeoutMs: data.UPSTREAM_TIMEOUT_SECONDS * 1000,
    upstreamDeadlineMs: data.UPSTREAM_DEADLINE_SECONDS * 1000,
    cacheTtlMs: data.CACHE_TTL_SECONDS * 1000,
    staleMs: data.STALE_SECONDS * 1000,
    upstreamRate: data.UPSTREAM_RATE,
    upstreamBurst: data.UPSTREAM_BURST,
    isProtected: (stageName) => protectedNames.some((pattern) => pattern.test(stageName)),
    explorer: data.EXPLORER ?? (production ? 'off' : 'sandbox'),
    logLevel: data.LOG_LEVEL,
  });
}
