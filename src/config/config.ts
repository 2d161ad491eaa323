import type { z } from 'zod';
import type { LogLevel } from '../app/logger.ts';
import type { TokenOptions } from '../auth/access-token.ts';
import type { ExecutionCaches } from '../graphql/execution-caches.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import { ConfigError } from './config-error.ts';
import { shown } from './variable-docs.ts';
import { HOSTED_SANDBOX } from './variables/http.ts';
import { type Variables, variables } from './variables.ts';

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
  readonly cacheHints: boolean;
  readonly executionCaches: ExecutionCaches;
  readonly upstreamRate: number;
  readonly upstreamBurst: number;
  /** How bearer tokens are verified; undefined: no authentication. */
  readonly auth: TokenOptions | undefined;
  readonly routerSecrets: readonly string[];
  /** Requests per minute and caller; undefined: unlimited. */
  readonly rateLimit: number | undefined;
  readonly trustProxy: string | undefined;
  /** A file; undefined: standard output. */
  readonly auditLog: string | undefined;
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Shared by several processes; undefined for a single process. */
  readonly redis: { readonly url: string; readonly prefix: string; readonly timeoutMs: number } | undefined;
  readonly isProtected: (stageName: string) => boolean;
  readonly explorer: 'sandbox' | 'graphiql' | 'off';
  readonly corsOrigins: readonly string[];
  /** Values of `Host`, also `*.suffix`, in lower case and without ports. */
  readonly allowedHosts: readonly string[];
  readonly logLevel: LogLevel;
  /** Undefined: `pretty` if standard output is a terminal. */
  readonly logFormat: 'json' | 'pretty' | undefined;
  readonly metricsPort: number | undefined;
  /** Undefined: no traces. */
  readonly traceExporter: TraceExporter | undefined;
  readonly maxRequestsInFlight: number;
  readonly maxEventLoopDelayMs: number;
  readonly clientTimeoutMs: number;
  readonly shutdownDelayMs: number;
  readonly shutdownTimeoutMs: number;
}

/** If STAGE_API is not set, an endpoint implies `aws`. In production there is no default. */
function stageApiKind(env: Variables): 'embedded' | 'aws' | undefined {
  if (env.STAGE_API !== undefined) return env.STAGE_API;
  if (env.AWS_ENDPOINT_URL_API_GATEWAY !== undefined || env.AWS_ENDPOINT_URL !== undefined) return 'aws';
  return env.NODE_ENV === 'production' ? undefined : 'embedded';
}

/** As OpenTelemetry defines it, except that without an endpoint nothing is traced. */
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

/** Tokens are verified only with keys, issuer and audience together. */
function withKeys(name: string, value: unknown, keys: string | undefined): string[] {
  if (keys !== undefined && value === undefined) return [`${name} must be set together with AUTH_JWKS_URL.`];
  if (keys === undefined && value !== undefined) return [`${name} has no effect without AUTH_JWKS_URL.`];
  return [];
}

const tokenOptions = (env: Variables): TokenOptions | undefined =>
  env.AUTH_JWKS_URL === undefined
    ? undefined
    : {
        jwksUrl: new URL(env.AUTH_JWKS_URL),
        issuer: env.AUTH_ISSUER ?? '',
        audience: env.AUTH_AUDIENCE ?? [],
        scopeClaim: env.AUTH_SCOPE_CLAIM,
        algorithms: env.AUTH_ALGORITHMS,
        clockSkewSeconds: env.AUTH_CLOCK_SKEW_SECONDS,
      };

const limitsOf = (env: Variables): Limits => ({
  bodyBytes: env.LIMIT_BODY_BYTES,
  tokens: env.LIMIT_TOKENS,
  aliases: env.LIMIT_ALIASES,
  rootFields: env.LIMIT_ROOT_FIELDS,
  mutations: env.LIMIT_MUTATIONS,
  depth: env.LIMIT_DEPTH,
  selections: env.LIMIT_SELECTIONS,
  directives: env.LIMIT_DIRECTIVES,
  fragments: env.LIMIT_FRAGMENTS,
  listSize: env.LIMIT_LIST_SIZE,
  variableDepth: env.LIMIT_VARIABLE_DEPTH,
  representations: env.LIMIT_REPRESENTATIONS,
  answerFields: env.LIMIT_ANSWER_FIELDS,
  upstreamCalls: env.LIMIT_UPSTREAM_CALLS,
});

function contradictions(env: Variables): string[] {
  const kind = stageApiKind(env);
  return [
    ...(kind === undefined ? ['STAGE_API must be "aws" or "embedded" when NODE_ENV is "production".'] : []),
    ...(kind === 'aws' && env.AUTH !== 'off' && env.AUTH_JWKS_URL === undefined
      ? [
          'AUTH_JWKS_URL must be set to start against AWS, with AUTH_ISSUER and AUTH_AUDIENCE, so that bearer tokens ' +
            'decide who may do what. Or set AUTH to "off": every client that can reach the gateway may then do ' +
            'everything that its AWS credentials allow.',
        ]
      : []),
    ...(env.AUTH === 'off' && env.AUTH_JWKS_URL !== undefined
      ? ['AUTH is "off" but AUTH_JWKS_URL is set; set only one of them.']
      : []),
    ...withKeys('AUTH_ISSUER', env.AUTH_ISSUER, env.AUTH_JWKS_URL),
    ...withKeys('AUTH_AUDIENCE', env.AUTH_AUDIENCE, env.AUTH_JWKS_URL),
    ...(env.ROUTER_SECRETS?.length === 0 ? ['ROUTER_SECRETS is set but contains no secret.'] : []),
    ...(kind === 'embedded' && env.REDIS_URL !== undefined
      ? [
          'REDIS_URL must not be set with an embedded Stage API: every process has its own, so there is nothing to share.',
        ]
      : []),
    ...(env.AUTH_AUDIENCE?.length === 0 ? ['AUTH_AUDIENCE is set but contains no audience.'] : []),
    ...(env.UPSTREAM_DEADLINE_SECONDS < env.UPSTREAM_TIMEOUT_SECONDS
      ? ['UPSTREAM_DEADLINE_SECONDS must not be less than UPSTREAM_TIMEOUT_SECONDS.']
      : []),
    ...(env.SHUTDOWN_TIMEOUT_SECONDS <= shutdownDelay(env) + env.UPSTREAM_DEADLINE_SECONDS
      ? [
          'SHUTDOWN_TIMEOUT_SECONDS must be more than SHUTDOWN_DELAY_SECONDS and UPSTREAM_DEADLINE_SECONDS together: ' +
            'requests in flight must be able to finish.',
        ]
      : []),
  ];
}

const toMatcher = (pattern: string): RegExp =>
  new RegExp(`^${pattern.split('*').map(escapeRegExp).join('.*')}$`);

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** An empty variable counts as not set, as in shells and container platforms. */
const withoutEmpty = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

/** Problems of single variables. */
const formProblems = (error: z.ZodError, env: NodeJS.ProcessEnv): string[] =>
  error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `${name}: ${message} (it is ${JSON.stringify(shown(name, env[name] ?? ''))}).`;
  });

/** All problems of an invalid environment. The valid variables may contradict each other too. */
function problemsOf(error: z.ZodError, env: NodeJS.ProcessEnv): string[] {
  const invalid = [...new Set(error.issues.map(({ path }) => path.join('.')))];
  const valid = variables.safeParse(
    Object.fromEntries(Object.entries(env).filter(([name]) => !invalid.includes(name))),
  );
  const contradicting = valid.success ? contradictions(valid.data) : [];
  const others = contradicting.filter((text) => !invalid.some((name) => text.includes(name)));
  return [...formProblems(error, env), ...others];
}

/** Reads and checks the environment, once. Throws a ConfigError with every problem. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const env = withoutEmpty(environment);
  const { data, error } = variables.safeParse(env);
  const problems = error === undefined ? contradictions(data) : problemsOf(error, env);
  if (problems.length > 0 || data === undefined) throw new ConfigError(problems);
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
    cacheHints: data.CACHE_HINTS === 'on',
    executionCaches: data.EXECUTION_CACHES,
    upstreamRate: data.UPSTREAM_RATE,
    upstreamBurst: data.UPSTREAM_BURST,
    auth: tokenOptions(data),
    routerSecrets: data.ROUTER_SECRETS ?? [],
    rateLimit: data.RATE_LIMIT,
    trustProxy: data.TRUST_PROXY,
    auditLog: data.AUDIT_LOG,
    introspection: data.INTROSPECTION === undefined ? !production : data.INTROSPECTION === 'on',
    limits: limitsOf(data),
    redis:
      data.REDIS_URL === undefined
        ? undefined
        : { url: data.REDIS_URL, prefix: data.REDIS_PREFIX, timeoutMs: data.REDIS_TIMEOUT_SECONDS * 1000 },
    isProtected: (stageName) => protectedNames.some((pattern) => pattern.test(stageName)),
    explorer: data.EXPLORER ?? (production ? 'off' : 'sandbox'),
    corsOrigins: data.CORS_ORIGINS ?? (production ? [] : [HOSTED_SANDBOX]),
    allowedHosts: data.ALLOWED_HOSTS,
    logLevel: data.LOG_LEVEL,
    logFormat: data.LOG_FORMAT,
    metricsPort: data.METRICS_PORT,
    traceExporter: traceExporter(data),
    maxRequestsInFlight: data.MAX_REQUESTS_IN_FLIGHT,
    maxEventLoopDelayMs: data.MAX_EVENT_LOOP_DELAY_SECONDS * 1000,
    clientTimeoutMs: data.CLIENT_TIMEOUT_SECONDS * 1000,
    shutdownDelayMs: shutdownDelay(data) * 1000,
    shutdownTimeoutMs: data.SHUTDOWN_TIMEOUT_SECONDS * 1000,
  });
}
