import type { GraphQLSchema } from 'graphql';
import type { z } from 'zod';
import { defaultLimits, type Limits } from '../graphql/limits/limits.ts';
import type { TrustedDocument } from '../graphql/persisted-documents/trusted-documents.ts';
import { LOCAL_PAGES } from '../http/access/origins.ts';
import { ConfigError } from './config-error.ts';
import type { PoliciesFile } from './policies-file.ts';
import { redisContradictions, redisSettings } from './redis-settings.ts';
import {
  type EnvironmentWithSecrets,
  fileVariable,
  hasSecretFiles,
  readSecretFiles,
} from './secret-files.ts';
import type { TargetsFile } from './targets-file.ts';
import { tokenContradictions, tokenOptions } from './token-options.ts';
import { readBuiltInDocuments, readTrustedDocuments } from './trusted-documents.ts';
import { shown } from './variable-docs.ts';
import { HOSTED_SANDBOX } from './variables/http.ts';
import { type Variables, variables } from './variables.ts';

/** How traces leave the process. */
export type TraceExporter = 'grpc' | 'http/protobuf' | 'http/json' | 'console';

/** If STAGE_API is not set, TARGETS or an endpoint implies `aws`. In production there is no default. */
function stageApiKind(env: Variables): 'embedded' | 'aws' | undefined {
  if (env.STAGE_API !== undefined) return env.STAGE_API;
  if (env.TARGETS !== undefined) return 'aws';
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

function* contradictions(env: Variables): Generator<string> {
  const kind = stageApiKind(env);
  if (kind === undefined) yield 'STAGE_API must be "aws" or "embedded" when NODE_ENV is "production".';
  if (env.TARGETS !== undefined && env.STAGE_API === 'embedded')
    yield 'TARGETS must not be set with STAGE_API=embedded. A target of the file may have the endpoint "embedded".';
  if (env.TARGETS !== undefined && env.ACCOUNT !== undefined)
    yield 'ACCOUNT must not be set with TARGETS: the file has the accounts.';
  if (kind === 'aws' && env.AUTH !== 'off' && env.AUTH_JWKS_URL === undefined)
    yield (
      'AUTH_JWKS_URL must be set to start against AWS, with AUTH_ISSUER and one of AUTH_AUDIENCE and ' +
      'AUTH_CLIENT_IDS, so that bearer tokens decide who may do what. Or set AUTH to "off": every client that can ' +
      'reach the gateway may then do everything that its AWS credentials allow.'
    );
  if (env.AUTH === 'off' && env.AUTH_JWKS_URL !== undefined)
    yield 'AUTH is "off" but AUTH_JWKS_URL is set; set only one of them.';
  yield* tokenContradictions(env);
  if (env.ROUTER_SECRETS?.length === 0) yield 'ROUTER_SECRETS is set but contains no secret.';
  if (kind === 'embedded' && env.REDIS_URL !== undefined)
    yield 'REDIS_URL must not be set with an embedded Stage API: every process has its own, so there is nothing to share.';
  yield* redisContradictions(env);
  if (env.HISTORY_KEY?.length === 0) yield 'HISTORY_KEY is set but contains no key.';
  if (env.EVENTS_SECRETS?.length === 0) yield 'EVENTS_SECRETS is set but contains no secret.';
  if (env.UPSTREAM_DEADLINE_SECONDS < env.UPSTREAM_TIMEOUT_SECONDS)
    yield 'UPSTREAM_DEADLINE_SECONDS must not be less than UPSTREAM_TIMEOUT_SECONDS.';
  if (env.SHUTDOWN_TIMEOUT_SECONDS <= shutdownDelay(env) + env.UPSTREAM_DEADLINE_SECONDS)
    yield (
      'SHUTDOWN_TIMEOUT_SECONDS must be more than SHUTDOWN_DELAY_SECONDS and UPSTREAM_DEADLINE_SECONDS together: ' +
      'requests in flight must be able to finish.'
    );
}

/** The embedded Stage API has no quota that others need. */
const inventoryRates = { aws: 0.5, embedded: 50 };

const memoryOf = (env: Variables) => ({
  database: env.DATABASE_URL ?? ({ kind: 'memory' } as const),
  /** The first one encrypts, all of them decrypt; empty: no values are stored. */
  historyKeys: env.HISTORY_KEY ?? [],
  retentionMs: env.HISTORY_RETENTION_DAYS * 86_400_000,
  maxEntries: env.HISTORY_MAX_ENTRIES,
  /** Calls a second and account; 0: no crawl. */
  inventoryRate: env.INVENTORY_RATE ?? inventoryRates[stageApiKind(env) ?? 'aws'],
  inventoryIntervalMs: env.INVENTORY_INTERVAL * 1000,
  /** Empty: events are not accepted. */
  eventsSecrets: env.EVENTS_SECRETS ?? [],
});

/** A pattern has no character of its own meaning but `*`: the variable's rule allows names only. */
const toMatcher = (pattern: string): RegExp => new RegExp(`^${pattern.replaceAll('*', '.*')}$`);

/** Whether a stage's name matches one of the patterns. */
export function stageNameMatcher(patterns: readonly string[]): (stageName: string) => boolean {
  const matchers = patterns.map(toMatcher);
  return (stageName) => matchers.some((matcher) => matcher.test(stageName));
}

/** An empty variable counts as not set, as in shells and container platforms. */
const withoutEmpty = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

const formProblems = (issues: z.core.$ZodIssue[], env: NodeJS.ProcessEnv): string[] =>
  issues.map(({ path, message }) => {
    const name = path.join('.');
    const file = env[fileVariable(name)];
    const from = file === undefined ? '' : `, from the file ${file}`;
    return `${name}: ${message} (it is ${JSON.stringify(shown(name, env[name] ?? ''))}${from}).`;
  });

/** All problems of an environment. The valid variables may contradict each other too. */
function problemsOf(
  issues: z.core.$ZodIssue[],
  { env, problems: ofFiles }: EnvironmentWithSecrets,
): readonly string[] {
  const invalid = [...new Set([...ofFiles.keys(), ...issues.map(({ path }) => path.join('.'))])];
  const valid = variables.safeParse(
    Object.fromEntries(Object.entries(env).filter(([name]) => !invalid.includes(name))),
  );
  const contradicting = valid.success ? [...contradictions(valid.data)] : [];
  const others = contradicting.filter((text) => !invalid.some((name) => text.includes(name)));
  return [...ofFiles.values(), ...formProblems(issues, env), ...others];
}

function configOf(env: Variables) {
  const production = env.NODE_ENV === 'production';
  return Object.freeze({
    host: env.HOST,
    port: env.PORT,
    production,
    stageApi:
      stageApiKind(env) === 'aws'
        ? { kind: 'aws' as const, endpoint: env.AWS_ENDPOINT_URL_API_GATEWAY ?? env.AWS_ENDPOINT_URL }
        : { kind: 'embedded' as const, port: env.EMBEDDED_PORT, dataFile: env.EMBEDDED_DATA },
    /** The path of the file of targets. */
    targets: env.TARGETS,
    account: env.ACCOUNT,
    upstreamTimeoutMs: env.UPSTREAM_TIMEOUT_SECONDS * 1000,
    upstreamDeadlineMs: env.UPSTREAM_DEADLINE_SECONDS * 1000,
    cacheTtlMs: env.CACHE_TTL_SECONDS * 1000,
    staleMs: env.STALE_SECONDS * 1000,
    cacheHints: env.CACHE_HINTS === 'on',
    executionCaches: env.EXECUTION_CACHES,
    upstreamRate: env.UPSTREAM_RATE,
    upstreamBurst: env.UPSTREAM_BURST,
    /** How bearer tokens are verified; undefined: no authentication. */
    auth: tokenOptions(env),
    /** The path of the file of policies. */
    policies: env.POLICIES,
    routerSecrets: env.ROUTER_SECRETS ?? [],
    /** Requests per minute and caller; undefined: unlimited. */
    rateLimit: env.RATE_LIMIT,
    trustProxy: env.TRUST_PROXY,
    /** A file; undefined: standard output. */
    auditLog: env.AUDIT_LOG,
    introspection: env.INTROSPECTION === undefined ? !production : env.INTROSPECTION === 'on',
    /** The path of a folder or a manifest. */
    trustedDocuments: env.TRUSTED_DOCUMENTS,
    trustedDocumentsOnly: env.TRUSTED_DOCUMENTS_ONLY === 'on',
    limits: limitsOf(env),
    /** Shared by several processes; undefined for a single process. */
    redis: redisSettings(env),
    /** History, drift and inventory. */
    memory: memoryOf(env),
    isProtected: stageNameMatcher(env.PROTECTED_STAGES),
    /** Whether `/` is the console. */
    console: env.CONSOLE === undefined ? !production : env.CONSOLE === 'on',
    explorer: env.EXPLORER ?? (production ? 'off' : 'sandbox'),
    corsOrigins: env.CORS_ORIGINS ?? (production ? [] : [HOSTED_SANDBOX, LOCAL_PAGES]),
    /** Values of `Host`, also `*.suffix`, in lower case and without ports. */
    allowedHosts: env.ALLOWED_HOSTS,
    logLevel: env.LOG_LEVEL,
    /** Undefined: `pretty` if standard output is a terminal. */
    logFormat: env.LOG_FORMAT,
    metricsPort: env.METRICS_PORT,
    /** Undefined: no traces. */
    traceExporter: traceExporter(env),
    maxRequestsInFlight: env.MAX_REQUESTS_IN_FLIGHT,
    maxEventLoopDelayMs: env.MAX_EVENT_LOOP_DELAY_SECONDS * 1000,
    clientTimeoutMs: env.CLIENT_TIMEOUT_SECONDS * 1000,
    shutdownDelayMs: shutdownDelay(env) * 1000,
    shutdownTimeoutMs: env.SHUTDOWN_TIMEOUT_SECONDS * 1000,
  });
}

export type Config = ReturnType<typeof configOf>;

/** Reads and checks the environment and the files of its secrets. Throws a ConfigError with every problem. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const withSecrets = readSecretFiles(withoutEmpty(environment));
  const { data, error } = variables.safeParse(withSecrets.env);
  const problems = problemsOf(error?.issues ?? [], withSecrets);
  if (problems.length > 0 || data === undefined) throw new ConfigError(problems);
  return configOf(data);
}

/** What the process is started with. */
export interface StartConfig {
  readonly config: Config;
  /** The content of the file of targets, if there is one. */
  readonly targets: TargetsFile | undefined;
  /** The policies of the file, if there is one. */
  readonly policies: PoliciesFile | undefined;
  /** Those of TRUSTED_DOCUMENTS. */
  readonly documents: readonly TrustedDocument[];
  /** The schema, if the documents were checked against it: building it takes a good part of the start. */
  readonly schema: GraphQLSchema | undefined;
  /** Those of the gateway's own pages. */
  readonly builtInDocuments: readonly TrustedDocument[];
  /** Reads the files of secrets again; undefined: there are none. Throws a ConfigError with every problem. */
  readonly readAgain: (() => Config) | undefined;
}

async function readTargets(path: string | undefined): Promise<TargetsFile | undefined> {
  if (path === undefined || path === '') return undefined;
  // Loaded only where it is needed.
  const { readTargetsFile } = await import('./targets-file.ts');
  return readTargetsFile(path);
}

async function readPolicies(path: string | undefined): Promise<PoliciesFile | undefined> {
  if (path === undefined || path === '') return undefined;
  const { readPoliciesFile } = await import('./policies-file.ts');
  return readPoliciesFile(path);
}

async function readDocuments(
  path: string | undefined,
  limits: Limits,
  fleet: boolean,
): Promise<Pick<StartConfig, 'documents' | 'schema'>> {
  if (path === undefined || path === '') return { documents: [], schema: undefined };
  // Loaded only where it is needed.
  const { createDocumentCheck } = await import('../graphql/document-rules.ts');
  const { createSchema } = await import('../graphql/schema/schema.ts');
  const schema = createSchema({ fleet });
  return { documents: readTrustedDocuments(path, createDocumentCheck(schema, limits)), schema };
}

/** Whether the schema is that of several targets. */
export const isFleet = (file: TargetsFile | undefined): boolean => (file?.targets.length ?? 0) > 1;

/** The environment and the files that it names. Throws a ConfigError with every problem of all of them. */
export async function readStartConfig(environment: NodeJS.ProcessEnv): Promise<StartConfig> {
  const problems: string[] = [];
  const collect = (error: unknown): undefined => {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  };
  const config = await Promise.resolve(environment).then(readConfig).catch(collect);
  const targets = await readTargets(environment.TARGETS).catch(collect);
  const policies = await readPolicies(environment.POLICIES).catch(collect);
  const checked = await readDocuments(
    environment.TRUSTED_DOCUMENTS,
    config?.limits ?? defaultLimits,
    isFleet(targets),
  ).catch(collect);
  const builtInDocuments = readBuiltInDocuments();
  const hasPages = config?.console === true && builtInDocuments.length > 0;
  if (config?.trustedDocumentsOnly === true && checked?.documents.length === 0 && !hasPages)
    problems.push(
      'TRUSTED_DOCUMENTS must be set if TRUSTED_DOCUMENTS_ONLY is "on": no document would be executed.',
    );
  if (config === undefined || checked === undefined || problems.length > 0) throw new ConfigError(problems);
  const readAgain = hasSecretFiles(environment) ? () => readConfig(environment) : undefined;
  return { config, targets, policies, ...checked, builtInDocuments, readAgain };
}
