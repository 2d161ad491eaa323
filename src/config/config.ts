import type { z } from 'zod';
import type { LogLevel } from '../app/logger.ts';
import type { TokenOptions } from '../auth/access-token.ts';
import type { ExecutionCaches } from '../graphql/execution-caches.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import { ConfigError } from './config-error.ts';
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
  readonly cacheHints: boolean;
  readonly executionCaches: ExecutionCaches;
  readonly upstreamRate: number;
  readonly upstreamBurst: number;
  /** How bearer tokens are checked; undefined: nobody is asked who they are. */
  readonly auth: TokenOptions | undefined;
  readonly routerSecrets: readonly string[];
  /** Requests a minute; undefined: any number. */
  readonly rateLimit: number | undefined;
  readonly trustProxy: string | undefined;
  /** A file; undefined: standard output. */
  readonly auditLog: string | undefined;
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Through which processes share what they know; undefined for a process that is alone. */
  readonly redis: { readonly url: string; readonly prefix: string; readonly timeoutMs: number } | undefined;
  readonly isProtected: (stageName: string) => boolean;
  readonly explorer: 'sandbox' | 'graphiql' | 'off';
  readonly corsOrigins: readonly string[];
  /** Values of `Host`, also `*.suffix`, in lower case and without ports. */
  readonly allowedHosts: readonly string[];
  readonly logLevel: LogLevel;
  /** Unsaid: by whether it is a terminal that reads. */
  readonly logFormat: 'json' | 'pretty' | undefined;
  readonly metricsPort: number | undefined;
  /** Unset: nothing is traced. */
  readonly traceExporter: TraceExporter | undefined;
  readonly maxRequestsInFlight: number;
  readonly maxEventLoopDelayMs: number;
  readonly clientTimeoutMs: number;
  readonly shutdownDelayMs: number;
  readonly shutdownTimeoutMs: number;
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
/** Keys without who they are for, or the other way round, check nothing. */
function withKeys(name: string, value: unknown, keys: string | undefined): string[] {
  if (keys !== undefined && value === undefined) return [`${name} must be set beside AUTH_JWKS_URL.`];
  if (keys === undefined && value !== undefined) return [`${name} is of no use without AUTH_JWKS_URL.`];
  return [];
}

/** Undefined where nobody is asked who they are. */
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
          'AUTH_JWKS_URL must be set to start against AWS, with AUTH_ISSUER and AUTH_AUDIENCE: bearer tokens then say ' +
            'who may do what. Or set AUTH to "off": everyone who reaches the gateway may then do everything that its ' +
            'credentials allow.',
        ]
      : []),
    ...(env.AUTH === 'off' && env.AUTH_JWKS_URL !== undefined
      ? ['AUTH is "off", and AUTH_JWKS_URL is set: it can only be one of them.']
      : []),
    ...withKeys('AUTH_ISSUER', env.AUTH_ISSUER, env.AUTH_JWKS_URL),
    ...withKeys('AUTH_AUDIENCE', env.AUTH_AUDIENCE, env.AUTH_JWKS_URL),
    ...(env.ROUTER_SECRETS?.length === 0 ? ['ROUTER_SECRETS is set, and holds no secret.'] : []),
    ...(kind === 'embedded' && env.REDIS_URL !== undefined
      ? [
          'REDIS_URL must not be set with an embedded Stage API: every process has its own, so there is nothing to share.',
        ]
      : []),
    ...(env.AUTH_AUDIENCE?.length === 0 ? ['AUTH_AUDIENCE is set, and names nobody.'] : []),
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
