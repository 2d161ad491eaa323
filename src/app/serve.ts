import type { FastifyInstance } from 'fastify';
import { createTokenVerifier } from '../auth/access-token.ts';
import { createAuthenticate } from '../auth/authenticate.ts';
import { createCallers } from '../auth/caller.ts';
import { asConfigError } from '../config/config-error.ts';
import { type Config, isFleet, type StartConfig } from '../config/config.ts';
import { createSchema } from '../graphql/schema/schema.ts';
import { addressesOf, type Listeners, listenAt, originOf } from '../http/connections/listen.ts';
import { auditFile } from '../observability/audit/audit-file.ts';
import { type AuditLog, createAuditLog } from '../observability/audit/audit-log.ts';
import { writeToStandardError } from '../observability/line-writer.ts';
import { noGatewayObserver } from '../observability/observer.ts';
import type { Tracing } from '../observability/traces/tracing.ts';
import { configuredFormat, createLogger, type Formatted, type Logger } from './logger.ts';
import { createReadiness } from './readiness.ts';
import { createServer } from './server.ts';
import { gracefulShutdown, type OnSignal } from './shutdown.ts';
import { startDocuments } from './start/documents.ts';
import { connectFleet, startEmbedded } from './start/fleet.ts';
import { greet } from './start/greeting.ts';
import { startBackground, startMemory } from './start/memory.ts';
import { startMetrics } from './start/metrics.ts';
import { startPolicies } from './start/policies.ts';
import { startSecrets } from './start/secrets.ts';
import { logContradictions, logMemoryNotices, logStartWarnings } from './start/warnings.ts';
import { type Output, standardOutput, unbuffered } from './stdout.ts';
import { readVersion } from './version.ts';

async function startTracing({ traceExporter }: Config, logger: () => Logger): Promise<Tracing | undefined> {
  if (traceExporter === undefined) return undefined;
  // Loaded only where it is needed.
  const { startTracing: start } = await import('../observability/traces/tracing.ts');
  return start(traceExporter, readVersion(), logger);
}

function openAuditLog({ auditLog }: Config, output: Output, formatted: Formatted): AuditLog {
  if (auditLog === undefined) {
    return createAuditLog(formatted(unbuffered(output)), formatted({ write: writeToStandardError }));
  }
  try {
    return createAuditLog(auditFile(auditLog));
  } catch (error) {
    return asConfigError('AUDIT_LOG')(error);
  }
}

/** Without tokens and router secrets only `Host` and `Origin` tell the request of a foreign web page from others. */
const allowedHostsOf = ({ host, allowedHosts, auth, routerSecrets }: Config): string[] | undefined =>
  auth === undefined && routerSecrets.length === 0 ? [host.toLowerCase(), ...allowedHosts] : undefined;

async function createGateway(
  start: StartConfig,
  audit: AuditLog,
  logger: Logger,
  tracing: Tracing | undefined,
) {
  const { config } = start;
  const embedded = await startEmbedded(config, logger);
  const secrets = startSecrets(start, logger);
  const fleet = await connectFleet(start, embedded?.url, logger, secrets);
  const inForce = await startPolicies(config.policies, start.policies, fleet, logger);
  const schema = start.schema ?? createSchema({ fleet: isFleet(start.targets) });
  const documents = startDocuments(start, schema, logger);
  const verifier = config.auth === undefined ? undefined : createTokenVerifier(config.auth, logger);
  const memory = await startMemory(secrets, fleet, logger);
  const metrics = await startMetrics(config, logger, fleet, schema, verifier?.keys, memory);
  const readiness = createReadiness(
    { ...fleet.checks, ...verifier?.checks, audit: () => Promise.resolve().then(audit.check) },
    logger,
    fleet.failingTargets,
    { database: memory.database.check },
  );
  const observer = metrics?.metrics.observer ?? noGatewayObserver;
  const background = startBackground(memory, secrets, logger, observer);
  const app = await createServer({
    ...config,
    routerSecrets: () => secrets.current().routerSecrets,
    memory: memory.memory,
    cachesOf: memory.cachesOf,
    awsEvents: background.awsEvents,
    documents,
    schema: tracing?.resolvers(schema) ?? schema,
    audit,
    fleet,
    logger,
    observer: tracing?.observer(observer) ?? observer,
    traceRequests: tracing?.requests,
    readiness,
    overload: { requests: config.maxRequestsInFlight, eventLoopDelayMs: config.maxEventLoopDelayMs },
    allowedHosts: allowedHostsOf(config),
    authenticate: createAuthenticate(verifier, createCallers(inForce)),
  });
  return { app, background, embedded, fleet, metrics, readiness };
}

const listen = async (app: FastifyInstance, { host, port }: Config): Promise<Listeners> =>
  listenAt(app, await addressesOf(host), port).catch(asConfigError('HOST or PORT', 'PORT'));

/** Starts everything that the configuration asks for. `warnings` are logged first; `onSignal` sets the signal handler. */
export async function serve(
  start: StartConfig,
  warnings: readonly string[],
  onSignal: (handler: OnSignal) => void,
): Promise<void> {
  const { config } = start;
  const output = standardOutput();
  const formatted = await configuredFormat(config);
  const tracing = await startTracing(config, () => logger);
  const logger = createLogger(config.logLevel, formatted(output), tracing?.logFields);
  for (const warning of warnings) logger.warn({}, warning);
  // Node prints the error to standard error and exits with code 1; the log must have it too.
  process.on('uncaughtExceptionMonitor', (error) => logger.error({ err: error }, 'crashed'));
  onSignal((signal) => {
    logger.info({ signal }, 'stopped before it listened');
    process.exit(0);
  });

  const { app, background, embedded, fleet, metrics, readiness } = await createGateway(
    start,
    openAuditLog(config, output, formatted),
    logger,
    tracing,
  );
  const listening = listen(app, config);
  onSignal(
    gracefulShutdown({
      logger,
      readiness,
      delayMs: config.shutdownDelayMs,
      timeoutMs: config.shutdownTimeoutMs,
      steps: [
        async () => {
          (await listening).close();
          await app.close();
        },
        () => background.close(),
        () => embedded?.close(),
        () => fleet.close(),
        () => tracing?.close(),
        // Last, so that the final counts can be scraped.
        () => metrics?.close(),
      ],
    }),
  );

  const { port } = await listening;
  const addresses = {
    url: `${originOf(config.host, port)}/graphql`,
    metrics: metrics?.url,
    embedded: embedded?.url,
  };
  if (config.production) logger.info({ ...addresses, version: readVersion() }, 'listening');
  else greet(config, output, addresses);
  output.flush();
  logMemoryNotices(config, logger);
  logContradictions(config, logger);
  await logStartWarnings(config, fleet, logger);
}
