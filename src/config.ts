import { z } from 'zod';
import type { LogLevel } from './logger.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const seconds = z.coerce.number().positive().max(300);

/** `prod*` and the like: `*` stands for anything. */
const patterns = z.string().transform((list) =>
  list
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== ''),
);

/** One row per variable: its form and default. The table in the README says the same in words. */
const variables = z.object({
  HOST: z.string().default('localhost'),
  PORT: port.default(4000),
  NODE_ENV: z.string().default('development'),
  STAGE_API: z.enum(['embedded', 'aws']).optional(),
  EMBEDDED_PORT: port.default(4001),
  EMBEDDED_DATA: z.string().optional(),
  AWS_ENDPOINT_URL_API_GATEWAY: z.url().optional(),
  AWS_ENDPOINT_URL: z.url().optional(),
  UPSTREAM_TIMEOUT_SECONDS: seconds.default(10),
  UPSTREAM_DEADLINE_SECONDS: seconds.default(25),
  CACHE_TTL_SECONDS: z.coerce.number().min(0).max(3600).default(5),
  STALE_SECONDS: z.coerce.number().min(0).max(86_400).default(60),
  UPSTREAM_RATE: z.coerce.number().positive().max(1000).default(5),
  UPSTREAM_BURST: z.coerce.number().int().min(1).max(1000).default(20),
  AUTH: z.enum(['off']).optional(),
  PROTECTED_STAGES: patterns.default([]),
  EXPLORER: z.enum(['sandbox', 'off']).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
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

/** The environment without the variables that are wrong by themselves: the others may contradict each other too. */
function withoutWrong(error: z.ZodError, env: NodeJS.ProcessEnv): Variables | undefined {
  const wrong = new Set(error.issues.map(({ path }) => path.join('.')));
  return variables.safeParse(Object.fromEntries(Object.entries(env).filter(([name]) => !wrong.has(name))))
    .data;
}

/** Reads and checks the environment, once. Throws a ConfigError that holds every mistake. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const env = withoutEmpty(environment);
  const parsed = variables.safeParse(env);
  if (!parsed.success) {
    const rest = withoutWrong(parsed.error, env);
    throw new ConfigError([
      ...formProblems(parsed.error, env),
      ...(rest === undefined ? [] : contradictions(rest)),
    ]);
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
