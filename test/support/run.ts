import { beforeAll, beforeEach } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { createLogger, type Logger } from '../../src/app/logger.ts';
import { createReadiness, type Readiness } from '../../src/app/readiness.ts';
import { createServer, type ServerDependencies } from '../../src/app/server.ts';
import { startBackground, startMemory } from '../../src/app/start/memory.ts';
import { createPoliciesInForce } from '../../src/app/start/policies.ts';
import { createTokenVerifier, type TokenOptions } from '../../src/auth/access-token.ts';
import { createAuthenticate } from '../../src/auth/authenticate.ts';
import { createCallers } from '../../src/auth/caller.ts';
import type { Config } from '../../src/config/config.ts';
import type { EmbeddedStageApi, EmbeddedStageApiOptions } from '../../src/embedded/start.ts';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import type { Fleet } from '../../src/fleet/fleet.ts';
import { createSingleTarget } from '../../src/fleet/single-target.ts';
import type { ExecutionCaches } from '../../src/graphql/execution-caches.ts';
import { createSchema } from '../../src/graphql/schema/schema.ts';
import type { OverloadLimits } from '../../src/http/access/overload.ts';
import { createAuditLog } from '../../src/observability/audit/audit-log.ts';
import { type GatewayObserver, noGatewayObserver } from '../../src/observability/observer.ts';
import type { RateLimiterOptions } from '../../src/upstream/limiter/rate-limiter.ts';
import type { RedisOptions } from '../../src/upstream/redis/index.ts';
import { closeAfterwards } from './closing.ts';
import './one-realm.ts';
import { policiesOf } from './policies.ts';
import { redisAt } from './redis.ts';
import { silentLogger } from './silence.ts';
import { startStageApi } from './stage-api.ts';

/** A GraphQL answer as it came over HTTP. `data` has the shape of the query. */
export interface Answer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly errors:
    | readonly { message: string; path?: readonly (string | number)[]; extensions: Record<string, unknown> }[]
    | undefined;
}

export interface Gateway {
  readonly url: string;
  /** Sends one operation over HTTP, as a client does. */
  graphql<Data = Record<string, unknown>>(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer<Data>>;
  close(): Promise<void>;
}

export interface GatewayOptions extends Pick<
  ServerDependencies,
  | 'rateLimit'
  | 'limits'
  | 'trustProxy'
  | 'cacheHints'
  | 'allowedHosts'
  | 'clientTimeoutMs'
  | 'documents'
  | 'trustedDocumentsOnly'
> {
  readonly routerSecrets?: readonly string[];
  /** How tokens are verified; by default none is required. */
  readonly auth?: TokenOptions;
  /** What the gateway remembers, in memory; nothing by default, which is false. */
  readonly memory?:
    | false
    | {
        readonly historyKeys?: readonly Buffer<ArrayBuffer>[];
        readonly eventsSecrets?: readonly string[];
        readonly database?: Config['memory']['database'];
        readonly inventoryRate?: number;
      };
  /** The text of a file of policies; by default scopes alone decide. */
  readonly policies?: string;
  /** What time it is for tokens. */
  readonly now?: () => number;
  readonly introspection?: boolean;
  /** The account of the one target; by default what its credentials say. */
  readonly account?: string;
  /** The schema is that of a gateway with several targets. */
  readonly fleetSchema?: boolean;
  /** Which stages ask for `confirm`; none by default. */
  readonly isProtected?: (stageName: string) => boolean;
  readonly requestTimeoutMs?: number;
  readonly deadlineMs?: number;
  /** False: those that the SDK finds by itself. */
  readonly credentials?: false | { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The store; off by default, so that every operation shows what it costs by itself. */
  readonly ttlMs?: number;
  readonly staleMs?: number;
  /** The budget; far away by default. */
  readonly rate?: number;
  readonly burst?: number;
  readonly operationLimits?: RateLimiterOptions['operationLimits'];
  readonly explorer?: ServerDependencies['explorer'];
  readonly explorerPages?: URL;
  /** Whether `/` is the console; it is not by default. */
  readonly console?: boolean;
  readonly consolePages?: URL;
  readonly corsOrigins?: ServerDependencies['corsOrigins'];
  /** The Redis that it shares with other gateways; none by default. */
  readonly redisUrl?: string | undefined;
  /** Long by default: on a busy machine Redis is slow, too. */
  readonly redisTimeoutMs?: number;
  /** Those of writes with Redis. */
  readonly redisTimes?: RedisOptions['times'];
  /** Where the log goes, a line each. */
  readonly log?: (line: string) => void;
  /** Where the audit log goes, a line each. */
  readonly audit?: (line: string) => void;
  /** Where its lines go that cannot be written there. */
  readonly standardError?: (line: string) => void;
  /** Told what the gateway does. */
  readonly observer?: GatewayObserver;
  readonly readiness?: Readiness;
  /** From where on requests are turned away; nowhere by default. */
  readonly overload?: OverloadLimits;
  /** All by default. */
  readonly executionCaches?: ExecutionCaches;
}

/** Sends operations to a GraphQL server, as a client does. */
export const graphqlAt =
  (url: string): Gateway['graphql'] =>
  async <Data>(query: string, variables = {}, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Pick<Answer<Data>, 'data' | 'errors'>;
    return { status: response.status, headers: response.headers, data: body.data, errors: body.errors };
  };

const schemas = new Map<boolean, GraphQLSchema>();
/** One for the whole test file: making it costs more than all else that a gateway starts with. */
function sharedSchema(fleet: boolean): GraphQLSchema {
  const schema = schemas.get(fleet) ?? createSchema({ fleet });
  schemas.set(fleet, schema);
  return schema;
}

/** The real gateway on a free port, in front of any Stage API. */
export async function startGateway(endpoint: string, options: GatewayOptions = {}): Promise<Gateway> {
  const { log } = options;
  const logger = log === undefined ? silentLogger : createLogger('debug', { write: log });
  const fleet = await connectTo(endpoint, options, logger);
  return serveFleet(fleet, options, logger);
}

/** The fleet of one target: a Stage API. */
async function connectTo(endpoint: string, options: GatewayOptions, logger: Logger): Promise<Fleet> {
  const { isProtected = () => false, requestTimeoutMs = 2000, deadlineMs = 5000 } = options;
  const { ttlMs = 0, staleMs = 0, rate = 1000, burst = 1000, operationLimits = {} } = options;
  const { redisTimeoutMs = 5000 } = options;
  const { credentials = { accessKeyId: 'test', secretAccessKey: 'test' } } = options;
  const fleet = await createSingleTarget({
    logger,
    isProtected,
    account: options.account,
    endpoint,
    region: 'us-east-1',
    credentials: credentials === false ? undefined : credentials,
    requestTimeoutMs,
    deadlineMs,
    // Nothing here gets better by waiting.
    retryDelayMs: 10,
    ttlMs,
    staleMs,
    rate,
    burst,
    operationLimits,
    redis:
      options.redisUrl === undefined
        ? undefined
        : {
            ...redisAt(options.redisUrl),
            prefix: 'test',
            timeoutMs: redisTimeoutMs,
            release: 'test',
            logger,
            times: options.redisTimes,
          },
  });
  if (fleet === undefined) throw new Error('no Region');
  return fleet;
}

/** A database of the gateway's own, which ends with it. */
async function rememberIn(
  {
    historyKeys = [],
    inventoryRate = 0,
    eventsSecrets = [],
    database = { kind: 'memory' },
  }: Exclude<GatewayOptions['memory'], false | undefined>,
  fleet: Fleet,
  logger: Logger,
  observer: GatewayObserver = noGatewayObserver,
) {
  const config = {
    memory: {
      database,
      historyKeys: [...historyKeys],
      retentionMs: 86_400_000,
      maxEntries: 10_000,
      inventoryRate,
      inventoryIntervalMs: 60_000,
      eventsSecrets: [...eventsSecrets],
    },
  };
  const secrets = { current: () => config, onChange: () => undefined };
  const memory = await startMemory(secrets, fleet, logger);
  const { awsEvents, close } = startBackground(memory, secrets, logger, observer);
  return { ...memory, awsEvents, close };
}

/** The real gateway in front of a fleet, which it closes. */
export async function serveFleet(fleet: Fleet, options: GatewayOptions, logger: Logger): Promise<Gateway> {
  const { auth, introspection = true } = options;
  const { explorer = 'off', explorerPages, corsOrigins = [] } = options;
  const policies =
    options.policies === undefined
      ? undefined
      : await createPoliciesInForce(policiesOf(options.policies), fleet);
  const memory =
    options.memory === undefined || options.memory === false
      ? undefined
      : await rememberIn(options.memory, fleet, logger, options.observer);
  const verifier = auth === undefined ? undefined : createTokenVerifier(auth, logger, options.now);
  const { audit: auditTo = () => undefined, standardError = () => undefined } = options;
  const audit = createAuditLog({ write: auditTo }, { write: standardError });
  const checks = { ...fleet.checks, audit: () => Promise.resolve().then(audit.check) };
  const app = await createServer({
    schema: sharedSchema(options.fleetSchema === true),
    audit,
    fleet,
    logger,
    memory: memory?.memory,
    cachesOf: memory?.cachesOf,
    awsEvents: memory?.awsEvents,
    observer: options.observer,
    readiness:
      options.readiness ?? createReadiness({ ...checks, ...verifier?.checks }, logger, fleet.failingTargets),
    overload: options.overload ?? { requests: 0, eventLoopDelayMs: 0 },
    clientTimeoutMs: options.clientTimeoutMs,
    explorer,
    explorerPages,
    console: options.console ?? false,
    consolePages: options.consolePages,
    corsOrigins,
    allowedHosts: options.allowedHosts,
    introspection,
    authenticate: createAuthenticate(verifier, createCallers(policies?.inForce)),
    routerSecrets: () => options.routerSecrets ?? [],
    rateLimit: options.rateLimit,
    trustProxy: options.trustProxy,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    executionCaches: options.executionCaches,
    cacheHints: options.cacheHints,
    documents: options.documents,
    ...(options.trustedDocumentsOnly === true ? { trustedDocumentsOnly: true } : {}),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const url = `${app.listeningOrigin}/graphql`;
  return {
    url,
    graphql: graphqlAt(url),
    close: closeAfterwards(async () => {
      await app.close();
      await memory?.close();
      await fleet.close();
      verifier?.close();
    }),
  };
}

/** Gateway and embedded Stage API with the sample data, each on a port of its own. */
export interface Running extends Gateway {
  readonly stageApi: EmbeddedStageApi;
  /** Before each test of a file that shares one: the Stage API is as it was at the start. The gateway keeps its caches. */
  reset(): Promise<void>;
}

export async function run(
  options: GatewayOptions & { stageApi?: EmbeddedStageApiOptions } = {},
): Promise<Running> {
  const stageApi = await startStageApi(options.stageApi);
  const gateway = await startGateway(stageApi.url, options);
  return {
    ...gateway,
    stageApi,
    reset: () => stageApi.load(options.stageApi?.state ?? sampleData),
    async close() {
      await gateway.close();
      await stageApi.close();
    },
  };
}

/** One gateway for all tests of a file. Each starts with the Stage API as it was. */
export function useGateway(options: Parameters<typeof run>[0] = {}): Running {
  let running: Running | undefined;
  const current = (): Running => {
    if (running === undefined) throw new Error('There is a gateway only while a test runs');
    return running;
  };
  beforeAll(async () => {
    running = await run(options);
  });
  beforeEach(() => current().reset());
  return {
    get url() {
      return current().url;
    },
    get stageApi() {
      return current().stageApi;
    },
    graphql: (...operation) => current().graphql(...operation),
    reset: () => current().reset(),
    close: () => current().close(),
  };
}

/** The patch operations of every UpdateStage that reached the Stage API, one array a call. */
export const sentPatches = ({ stageApi }: Running): unknown[] =>
  stageApi
    .requests()
    .filter(({ operation }) => operation === 'UpdateStage')
    .map(({ body }) => (body as { patchOperations: unknown }).patchOperations);
