import type { z } from 'zod';
import type { LogLevel } from './logger.ts';
import { shown } from './variable-docs.ts';
import { HOSTED_SANDBOX, type Variables, variables } from './variables.ts';

/** How traces leave the process. */
export type TraceExporter = 'http/protobuf' | 'http/json' | 'console';

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
  readonly explorer: 'sandbox' | 'graphiql' | 'off';
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** Unsaid: by whether it is a terminal that reads. */
  readonly logFormat: 'json' | 'pretty' | undefined;
  readonly metricsPort: number | undefined;
  /** Unset: nothing is traced. */
  readonly traceExporter: TraceExporter | undefined;
  readonly maxRequestsInFlight: number;
  readonly maxEventLoopDelayMs: number;
  readonly shutdownDelayMs: number;
  readonly shutdownTimeoutMs: number;
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

/** As OpenTelemetry has it, but that nothing is traced before somebody says where to. */
function traceExporter(env: Variables): TraceExporter | undefined {
  if (env.OTEL_SDK_DISABLED || env.OTEL_TRACES_EXPORTER === 'none') return undefined;
  if (env.OTEL_TRACES_EXPORTER === 'console') return 'console';
  const endpoints = [env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, env.OTEL_EXPORTER_OTLP_ENDPOINT];
  if (env.OTEL_TRACES_EXPORTER === undefined && endpoints.every((each) => each === undefined))
    return undefined;
  return env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
}

const shutdownDelay = (env: Variables): number =>
  env.SHUTDOWN_DELAY_SECONDS ?? (env.NODE_ENV === 'production' ? 5 : 0);

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
    ...(env.SHUTDOWN_TIMEOUT_SECONDS <= shutdownDelay(env) + env.UPSTREAM_DEADLINE_SECONDS
      ? [
          'SHUTDOWN_TIMEOUT_SECONDS must be more than SHUTDOWN_DELAY_SECONDS and UPSTREAM_DEADLINE_SECONDS together: ' +
            'a request that has come in shall be finished.',
        ]
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
    return `${name}: ${message} (it is ${JSON.stringify(shown(name, env[name] ?? ''))}).`;
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
    corsOrigins: data.CORS_ORIGINS ?? (production ? [] : [HOSTED_SANDBOX]),
    logLevel: data.LOG_LEVEL,
    logFormat: data.LOG_FORMAT,
    metricsPort: data.METRICS_PORT,
    traceExporter: traceExporter(data),
    maxRequestsInFlight: data.MAX_REQUESTS_IN_FLIGHT,
    maxEventLoopDelayMs: data.MAX_EVENT_LOOP_DELAY_SECONDS * 1000,
    shutdownDelayMs: shutdownDelay(data) * 1000,
    shutdownTimeoutMs: data.SHUTDOWN_TIMEOUT_SECONDS * 1000,
  });
}
