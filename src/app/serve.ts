import { isatty } from 'node:tty';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { createTokenVerifier } from '../auth/access-token.ts';
import { createAuthenticate } from '../auth/authenticate.ts';
import type { TokenKeysState } from '../auth/key-fetches.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { createSchema } from '../graphql/schema/schema.ts';
import { addressesOf, type Listeners, listenAt } from '../http/connections/listen.ts';
import { originOf } from '../http/connections/origin.ts';
import type { MetricsServer } from '../http/metrics-server.ts';
import { auditFile } from '../observability/audit/audit-file.ts';
import { type AuditLog, createAuditLog } from '../observability/audit/audit-log.ts';
import { noGatewayObserver } from '../observability/observer.ts';
import type { Tracing } from '../observability/traces/tracing.ts';
import type { Upstream } from '../upstream/index.ts';
import { connectUpstream } from './connect-upstream.ts';
import { createLogger, type Logger, prettyLines } from './logger.ts';
import { createReadiness } from './readiness.ts';
import { createServer } from './server.ts';
import { type OnSignal, stopInOrder } from './shutdown.ts';
import { atOnce, type Output, standardOutput } from './stdout.ts';
import { readVersion } from './version.ts';

interface StageApi {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** What keeps a server from starting is nearly always its configuration: a taken port, a file that is none. */
const blame =
  (variables: string, portVariable = variables) =>
  (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = isTaken(error)
      ? `. Stop what listens there, or set ${portVariable} to another port (0: any that is free).`
      : '';
    throw new ConfigError([`${isTaken(error) ? portVariable : variables}: ${reason}${advice}`]);
  };

async function startStageApi(
  { stageApi, allowedHosts }: Config,
  logger: Logger,
): Promise<StageApi | undefined> {
  if (stageApi.kind === 'aws') return undefined;
  const { port, dataFile } = stageApi;
  // Who asks AWS needs none of it.
  const { startEmbeddedStageApi } = await import('../embedded/start.ts');
  const onProblem = (problem: unknown) =>
    logger.error({ err: problem }, 'the embedded Stage API has a problem');
  return startEmbeddedStageApi({ port, dataFile, allowedHosts, onProblem }).catch(
    blame('EMBEDDED_PORT or EMBEDDED_DATA', 'EMBEDDED_PORT'),
  );
}

function connect(config: Config, embedded: StageApi | undefined, logger: Logger) {
  const endpoint = config.stageApi.kind === 'aws' ? config.stageApi.endpoint : embedded?.url;
  return connectUpstream({
    endpoint,
    // The embedded Stage API takes any signature; the SDK must have something to sign with.
    ...(embedded === undefined
      ? {}
      : { region: 'us-east-1', credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' } }),
    requestTimeoutMs: config.upstreamTimeoutMs,
    deadlineMs: config.upstreamDeadlineMs,
    rate: config.upstreamRate,
    burst: config.upstreamBurst,
    ttlMs: config.cacheTtlMs,
    staleMs: config.staleMs,
    redis: config.redis === undefined ? undefined : { ...config.redis, release: readVersion(), logger },
  });
}

const EXPLORERS = {
  sandbox: '\nOpen it in a browser for the Apollo Sandbox.',
  graphiql: '\nOpen it in a browser for GraphiQL.',
};

const WHAT_TO_TRY = `
Try:

  curl -s URL -H 'content-type: application/json' \\
    -d '{"query":"{ stage(restApiId: \\"petstore01\\", stageName: \\"prod\\") { deploymentId canarySettings { percentTraffic } } }"}'
`;

function contents({ stageApi }: Config): string {
  if (stageApi.kind === 'aws' || stageApi.dataFile === undefined) return ' with sample data';
  return `, its state in ${stageApi.dataFile}`;
}

/** Where neither tokens nor router secrets are required, only the headers tell a request of a web page apart. */
const hostsToAllow = ({ host, allowedHosts, auth, routerSecrets }: Config): readonly string[] | undefined =>
  auth === undefined && routerSecrets.length === 0 ? [host.toLowerCase(), ...allowedHosts] : undefined;

async function startMetrics(
  config: Config,
  logger: Logger,
  upstream: Upstream,
  schema: GraphQLSchema,
  tokenKeys: (() => TokenKeysState) | undefined,
): Promise<MetricsServer | undefined> {
  const { host, metricsPort: port, allowedHosts } = config;
  if (port === undefined) return undefined;
  const { startMetrics: start } = await import('../http/metrics-server.ts');
  const { limiter: budget, sharing } = upstream;
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
  const options = {
    ...{ host, port, allowedHosts, logger, version: readVersion() },
    ...{ budget, sharing: sharing?.state, mutations, tokenKeys },
  };
  return start(options).catch(blame('HOST or METRICS_PORT', 'METRICS_PORT'));
}

async function loggerOf(
  { logFormat, logLevel }: Config,
  output: Output,
  fields?: () => object,
): Promise<Logger> {
  const pretty = logFormat === 'pretty' || (logFormat === undefined && isatty(1));
  return createLogger(logLevel, pretty ? await prettyLines(output) : output, fields);
}

async function traced({ traceExporter }: Config, logger: () => Logger): Promise<Tracing | undefined> {
  if (traceExporter === undefined) return undefined;
  const { startTracing } = await import('../observability/traces/tracing.ts');
  return startTracing(traceExporter, readVersion(), logger);
}

function openAuditLog({ auditLog }: Config, output: Output): AuditLog {
  if (auditLog === undefined) return createAuditLog(atOnce(output));
  try {
    return createAuditLog(auditFile(auditLog));
  } catch (error) {
    return blame('AUDIT_LOG')(error);
  }
}

const listen = async (app: FastifyInstance, { host, port }: Config): Promise<Listeners> =>
  listenAt(app, await addressesOf(host), port).catch(blame('HOST or PORT', 'PORT'));

interface Addresses {
  readonly url: string;
  readonly metrics: string | undefined;
  readonly embedded: string | undefined;
}

/** For people: where everything is, and what to try. */
function greet(config: Config, output: Output, { url, metrics, embedded }: Addresses): void {
  const say = (text: string): void => output.write(`${text}\n`);
  if (embedded !== undefined) say(`Embedded Stage API${contents(config)}: ${embedded}`);
  if (metrics !== undefined) say(`Metrics: ${metrics}`);
  say(`GraphQL gateway: ${url}`);
  if (config.explorer !== 'off') say(EXPLORERS[config.explorer]);
  if (embedded !== undefined) say(WHAT_TO_TRY.replace('URL', url));
}

/** What was asked for, and is dangerous where it was not meant. */
function warnOfNoAuthentication({ stageApi, auth }: Config, logger: Logger): void {
  if (stageApi.kind === 'aws' && auth === undefined) {
    const message =
      'AUTH is off: everyone who reaches this gateway may do what its AWS credentials allow. Set AUTH_JWKS_URL to ask for tokens.';
    logger.warn({}, message);
  }
}

/** Without credentials nothing can be asked of AWS: better said at the start than in the first answer. */
async function warnWithoutCredentials(
  { stageApi }: Config,
  { checks }: Upstream,
  logger: Logger,
): Promise<void> {
  if (stageApi.kind !== 'aws') return;
  await checks
    .credentials?.()
    .catch((error: unknown) =>
      logger.warn(
        { err: error },
        'No AWS credentials were found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role.',
      ),
    );
}

/**
 * Starts everything that the configuration asks for, and sees to its end. `warnings` are logged first; `onSignal` says
 * what a signal does.
 */
export async function serve(
  config: Config,
  warnings: readonly string[],
  onSignal: (handler: OnSignal) => void,
): Promise<void> {
  const output = standardOutput();
  const tracing = await traced(config, () => logger);
  const logger = await loggerOf(config, output, tracing?.logFields);
  for (const warning of warnings) logger.warn({}, warning);
  // Node ends it with code 1 and says so on standard error; the log shall say it too.
  process.on('uncaughtExceptionMonitor', (error) => logger.error({ err: error }, 'crashed'));
  onSignal((signal) => {
    logger.info({ signal }, 'stopped before it listened');
    process.exit(0);
  });
  const embedded = await startStageApi(config, logger);
  const connected = await connect(config, embedded, logger);
  if (connected === undefined) {
    throw new ConfigError([
      'AWS_REGION must say which Region to talk to (or AWS_PROFILE name a profile with one).',
    ]);
  }
  const { upstream, cache } = connected;
  const schema = createSchema();
  const verifier = config.auth === undefined ? undefined : createTokenVerifier(config.auth, logger);
  const metrics = await startMetrics(config, logger, upstream, schema, verifier?.keys);
  const audit = openAuditLog(config, output);
  const readiness = createReadiness(
    { ...upstream.checks, ...verifier?.checks, audit: () => Promise.resolve().then(audit.check) },
    logger,
  );
  const counted = metrics?.metrics.observer ?? noGatewayObserver;
  const app = await createServer({
    schema: tracing?.resolvers(schema) ?? schema,
    audit,
    dataSources: { upstream, cache, isProtected: config.isProtected },
    logger,
    observer: tracing?.observer(counted) ?? counted,
    traceRequests: tracing?.requests,
    readiness,
    overload: { requests: config.maxRequestsInFlight, eventLoopDelayMs: config.maxEventLoopDelayMs },
    clientTimeoutMs: config.clientTimeoutMs,
    explorer: config.explorer,
    corsOrigins: config.corsOrigins,
    allowedHosts: hostsToAllow(config),
    introspection: config.introspection,
    cacheHints: config.cacheHints,
    executionCaches: config.executionCaches,
    authenticate: createAuthenticate(verifier),
    routerSecrets: config.routerSecrets,
    rateLimit: config.rateLimit,
    limits: config.limits,
    trustProxy: config.trustProxy,
  });
  const listening = listen(app, config);
  onSignal(
    stopInOrder({
      logger,
      readiness,
      delayMs: config.shutdownDelayMs,
      timeoutMs: config.shutdownTimeoutMs,
      steps: [
        async () => {
          (await listening).close();
          await app.close();
        },
        () => embedded?.close(),
        () => connected.close(),
        () => tracing?.close(),
        // Last, so that what happened at the end can be read.
        () => metrics?.close(),
      ],
    }),
  );
  const { port } = await listening;
  const url = `${originOf(config.host, port)}/graphql`;
  const about = { url, metrics: metrics?.url, embedded: embedded?.url, version: readVersion() };
  if (config.production) logger.info(about, 'listening');
  else greet(config, output, about);
  output.flush();
  warnOfNoAuthentication(config, logger);
  await warnWithoutCredentials(config, upstream, logger);
}
