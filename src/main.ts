import { type Config, ConfigError, readConfig } from './config.ts';
import { startEmbeddedStageApi } from './embedded/start.ts';
import { createLogger, type Logger } from './logger.ts';
import { createSchema } from './schema.ts';
import { createServer } from './server.ts';
import { createUpstream } from './upstream/index.ts';

interface StageApi {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** What keeps a server from starting is nearly always its configuration: a taken port, a file that is none. */
const blame = (variables: string) => (error: unknown) => {
  throw new ConfigError([`${variables}: ${error instanceof Error ? error.message : String(error)}`]);
};

async function startStageApi({ stageApi }: Config, logger: Logger): Promise<StageApi | undefined> {
  if (stageApi.kind === 'aws') return undefined;
  const { port, dataFile } = stageApi;
  const onProblem = (problem: unknown) =>
    logger.error({ err: problem }, 'the embedded Stage API has a problem');
  return startEmbeddedStageApi({ port, dataFile, onProblem }).catch(blame('EMBEDDED_PORT or EMBEDDED_DATA'));
}

function connect(config: Config, embedded: StageApi | undefined) {
  const endpoint = config.stageApi.kind === 'aws' ? config.stageApi.endpoint : embedded?.url;
  return createUpstream({
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
  });
}

const SANDBOX = '\nOpen it in a browser for the Apollo Sandbox.';

const WHAT_TO_TRY = `
Try:

  curl -s URL -H 'content-type: application/json' \\
    -d '{"query":"{ stage(restApiId: \\"petstore01\\", stageName: \\"prod\\") { deploymentId canarySettings { percentTraffic } } }"}'
`;

function contents({ stageApi }: Config): string {
  if (stageApi.kind === 'aws' || stageApi.dataFile === undefined) return ' with sample data';
  return `, its state in ${stageApi.dataFile}`;
}

async function start(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel);
  const embedded = await startStageApi(config, logger);
  const upstream = await connect(config, embedded);
  if (upstream === undefined) {
    throw new ConfigError([
      'AWS_REGION must say which Region to talk to (or AWS_PROFILE name a profile with one).',
    ]);
  }
  const app = await createServer({
    schema: createSchema(),
    dataSources: { upstream, isProtected: config.isProtected },
    logger,
    explorer: config.explorer,
    introspection: !config.production,
  });
  await app.listen({ host: config.host, port: config.port }).catch(blame('HOST or PORT'));
  const url = `http://${config.host}:${new URL(app.listeningOrigin).port}/graphql`;
  if (embedded !== undefined) say(`Embedded Stage API${contents(config)}: ${embedded.url}`);
  say(`GraphQL gateway: ${url}`);
  if (config.explorer === 'sandbox') say(SANDBOX);
  if (embedded !== undefined) say(WHAT_TO_TRY.replace('URL', url));

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    const stopped = app.close().then(() => embedded?.close());
    stopped.then(upstream.close).catch((error: unknown) => {
      logger.error({ err: error }, 'could not stop cleanly');
      process.exitCode = 1;
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

try {
  await start(readConfig(process.env));
} catch (error) {
  const text = error instanceof ConfigError ? `stagegraph cannot start:\n${error.message}` : error;
  process.stderr.write(`${text instanceof Error ? (text.stack ?? text.message) : String(text)}\n`);
  process.exit(1);
}
