import { setTimeout as sleep } from 'node:timers/promises';
import { createCallers } from '../../src/auth/caller.ts';
import { createDependencyTracker } from '../../src/cache/dependencies.ts';
import { createDataSourceFactory, type DataSources } from '../../src/datasources/index.ts';
import type { ConnectedTarget, Fleet, Targets } from '../../src/fleet/fleet.ts';
import { createSingleTarget } from '../../src/fleet/single-target.ts';
import { createMemory, type Memory } from '../../src/memory/memory.ts';
import { noGatewayObserver } from '../../src/observability/observer.ts';
import { type Fate, type ModelStageApi, startModelStageApi } from './model-stage-api.ts';
import './one-realm.ts';
import { type PausableProxy, startProxy } from './pausable-proxy.ts';
import { until } from './polling.ts';
import { startRedisCluster } from './redis-cluster.ts';
import { redisAt, type RedisServer, startRedis } from './redis.ts';
import { type Choices, choicesOf } from './seeded.ts';
import { silentLogger } from './silence.ts';
import { type StoredEntry, storedEntries, wrongEntries } from './stored-entries.ts';

/** A gateway without HTTP: its own caches, locks and SDK, and its own proxy to Redis. */
interface Process {
  readonly fleet: Fleet;
  /** What it remembers in PostgreSQL; undefined: nothing. */
  readonly memory: Memory | undefined;
  readonly connected: ConnectedTarget;
  readonly proxy: PausableProxy;
  /** The data sources of one request. */
  readonly open: () => DataSources;
}

/** Three processes, one Redis, one Stage API, and one PostgreSQL if there is any. */
export interface World {
  /** Of a cluster: the server that has the keys. */
  readonly redis: RedisServer;
  readonly stageApi: ModelStageApi;
  readonly processes: readonly Process[];
  /** Attempts at calls that the rate limiter has granted. */
  readonly granted: () => number;
  /** What decides the fate of calls. */
  choices: Choices;
  /** The probability that keys are lost when a call arrives. */
  loss: number;
  close(): Promise<void>;
}

const RATE = 250;
const BURST = 40;
/** Concurrent reads of one process. */
const STORM = 80;
const REQUEST_TIMEOUT_MS = 150;
/** Leases are shorter than some pauses. */
const times = { pauseMs: 25, leaseMarginMs: 30 };
const CONNECTION_TIMEOUT_MS = 25;

/** One server, or a cluster of three shards. */
export type Topology = 'server' | 'cluster';

/** With snapshots. */
const REDIS_ARGUMENTS = ['--save', '3600', '1000000'];
/** The hash tag of the target's keys: a Stage API that is not AWS has no account. */
const HASH_TAG = '{000000000000}';

/** All servers, and the one that has the target's keys. */
async function startServers(topology: Topology): Promise<readonly [readonly RedisServer[], RedisServer]> {
  if (topology === 'server') {
    const server = await startRedis(REDIS_ARGUMENTS);
    return [[server], server];
  }
  const cluster = await startRedisCluster({ args: REDIS_ARGUMENTS });
  return [cluster.primaries, await cluster.primaryOf(HASH_TAG)];
}

/** A process's way to all servers. */
async function startProxies(servers: readonly RedisServer[]) {
  const proxies = await Promise.all(servers.map(({ port }) => startProxy(port)));
  const [first] = proxies;
  if (first === undefined) throw new Error('no server');
  const natMap = Object.fromEntries(
    servers.map(({ port }, index) => [
      `127.0.0.1:${port}`,
      { host: '127.0.0.1', port: proxies[index]?.port ?? 0 },
    ]),
  );
  const { servers: atFirst, signIn } = redisAt(`redis://127.0.0.1:${first.port}`);
  const proxy: PausableProxy = {
    port: first.port,
    pause: () => proxies.forEach((each) => each.pause()),
    resume: () => proxies.forEach((each) => each.resume()),
    cut: () => proxies.forEach((each) => each.cut()),
    swallowFrom: (text) => proxies.forEach((each) => each.swallowFrom(text)),
    async close() {
      await Promise.all(proxies.map((each) => each.close()));
    },
  };
  return { proxy, servers: { ...atFirst, natMap }, signIn };
}

/** Kinds of keys that are lost together. */
const losable: readonly [readonly string[], ...(readonly string[])[]] = [
  ['lock'],
  ['lock', 'versions'],
  ['lock', 'versions'],
  ['versions'],
  ['load', 'entry'],
];

async function loseKeys(redis: RedisServer, restApiId: string, kinds: readonly string[]): Promise<void> {
  if (kinds.length === 0) return;
  const keys = await redis.client.keys(`test:*:${restApiId}`).catch(() => []);
  const lost = keys.filter((key) => kinds.some((kind) => key.includes(`:${kind}:`)));
  if (lost.length > 0) await redis.client.del(...lost).catch(() => 0);
}

/** What a process remembers in the database. */
const rememberIn = (url: string, targets: Targets): Promise<Memory> =>
  createMemory({
    location: { kind: 'postgres', url },
    historyKeys: () => [],
    retentionMs: 1e10,
    maxEntries: 1e6,
    logger: silentLogger,
    targets: () => targets,
  });

/** `databaseUrl`: of the PostgreSQL that the processes share; by default they remember nothing. */
export async function startWorld(topology: Topology, databaseUrl?: string): Promise<World> {
  const [allServers, redis] = await startServers(topology);
  let granted = 0;
  const observer = { ...noGatewayObserver, called: () => void (granted += 1) };
  const fateOf = (method: string): Fate => {
    const { below, chance, pick } = world.choices;
    // Long enough for another process to read and to write meanwhile.
    const phaseMs = () => (chance(0.25) ? 30 + below(70) : below(6));
    const lateMs = chance(0.01) ? REQUEST_TIMEOUT_MS : 0;
    const lost = chance(world.loss) ? pick(losable) : [];
    const failures = method === 'PATCH' ? (['conflict', 'reset', 'broken'] as const) : (['broken'] as const);
    return {
      meanwhile: (restApiId) => loseKeys(redis, restApiId, lost),
      beforeMs: phaseMs() + (chance(0.5) ? lateMs : 0),
      afterMs: phaseMs() + lateMs,
      end: chance(0.03) ? pick(failures) : 'answer',
    };
  };
  const stageApi = await startModelStageApi(fateOf);

  async function startProcess(): Promise<Process> {
    const { proxy, servers, signIn } = await startProxies(allServers);
    const fleet = await createSingleTarget({
      logger: silentLogger,
      isProtected: () => false,
      endpoint: stageApi.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
      deadlineMs: 1200,
      // A stale entry would be served until the end of the history.
      ttlMs: 60_000,
      staleMs: 60_000,
      rate: RATE,
      burst: BURST,
      operationLimits: {},
      redis: {
        servers,
        signIn,
        prefix: 'test',
        timeoutMs: 500,
        release: 'test',
        logger: silentLogger,
        times,
      },
    });
    if (fleet === undefined) throw new Error('no Region');
    const targets = await fleet.targets(silentLogger);
    const memory = databaseUrl === undefined ? undefined : await rememberIn(databaseUrl, targets);
    const factory = createDataSourceFactory({ maxCalls: 100, memory: memory?.memory });
    const abortSignal = () => new AbortController().signal;
    const caller = createCallers().anonymous({ name: null, version: null });
    const request = {
      targets,
      caller,
      callerKey: () => caller,
      logger: silentLogger,
      observer,
      fresh: false,
      abortSignal,
    };
    const connected = targets.connect(targets.home);
    return {
      fleet,
      memory,
      connected,
      proxy,
      open() {
        const sources = factory({ ...request, dependencies: createDependencyTracker() });
        // As the schema does before each mutation.
        sources.changeRecorder.begin('updateStage');
        return sources;
      },
    };
  }

  const processes = await Promise.all([startProcess(), startProcess(), startProcess()]);
  const world: World = {
    redis,
    stageApi,
    processes,
    granted: () => granted,
    choices: choicesOf(0),
    loss: 0,
    async close() {
      for (const { fleet, proxy, memory } of processes) {
        await memory?.close();
        await fleet.close();
        await proxy.close();
      }
      await stageApi.close();
      for (const server of allServers) await server.close();
    },
  };
  return world;
}

/** The result of a read. */
interface Shown {
  readonly begin: number;
  readonly description: string;
  readonly process: number;
}

/** The result of a change. */
interface Changed {
  readonly end: number;
  readonly description: string;
  readonly expected: { readonly description: string; readonly revision: string } | undefined;
  /** The code of its error, of its warning, or `made`. A warning that its entry waits is none. */
  readonly outcome: string;
  readonly process: number;
}

/** The events of one history. */
export interface History {
  /** The descriptions of the stage, in the order in which the Stage API has set them. */
  readonly descriptions: readonly string[];
  /** Reads of processes that were connected to Redis; only these are consistent. */
  readonly shown: readonly Shown[];
  readonly changed: readonly Changed[];
  /** The last read of every process. */
  readonly last: readonly Shown[];
  /** What the processes remember of the API at the end; undefined: they remember nothing. */
  readonly entries: readonly StoredEntry[] | undefined;
  readonly faults: readonly string[];
  /** The calls that have arrived, and how many the limit allows; undefined where the bucket, or the connection to Redis, was lost. */
  readonly calls: number;
  readonly allowed: number | undefined;
}

const isUp = ({ connected: { upstream } }: Process): boolean => upstream.sharing?.isUp() === true;
const outagesOf = ({ fleet }: Process): number => fleet.sharing?.().outages ?? 0;

/** Waits until all processes are connected to Redis. */
async function allUp({ processes }: World): Promise<void> {
  for (let waited = 0; !processes.every(isUp); waited += 5) {
    if (waited > 20_000) throw new Error('a process does not find Redis again');
    await sleep(5);
  }
}

/** The entries of an API, when all that waited was written. */
async function entriesOf({ processes }: World, restApiId: string): Promise<StoredEntry[] | undefined> {
  const memories = processes.flatMap(({ memory }) => (memory === undefined ? [] : [memory]));
  for (const { queue } of memories) {
    await until(() => queue.flush());
  }
  const [first] = memories;
  return first && storedEntries(first.database.db, restApiId);
}

/** The next step of a client; `compares` and `persists` expect the revision that was read last. */
const steps = ['reads', 'compares', 'compares', 'persists', 'overwrites'] as const;

/** What goes wrong, once each. */
const faults = {
  losesKeys(world: World) {
    world.loss = 0.4;
    return Promise.resolve();
  },
  async losesBuckets({ redis }: World) {
    const keys = [...(await redis.client.keys('*:bucket')), ...(await redis.client.keys('*:processes'))];
    if (keys.length > 0) await redis.client.del(...keys);
  },
  async pausesProcess({ processes }: World, { below }: Choices) {
    const proxy = processes[below(3)]?.proxy;
    proxy?.pause();
    await sleep(40 + below(260));
    proxy?.resume();
  },
  async cutsProcess({ processes }: World, { below }: Choices) {
    processes[below(3)]?.proxy.cut();
    await Promise.resolve();
  },
  async standsStill({ redis }: World, { below }: Choices) {
    redis.pause();
    await sleep(40 + below(200));
    redis.resume();
  },
  async restartsRedis({ redis }: World, { chance, below }: Choices) {
    // It may start with an old snapshot.
    if (chance(0.5)) await redis.client.save();
    await sleep(below(20));
    await redis.kill();
    await redis.start();
  },
} as const;

type Fault = keyof typeof faults;
/** The first ones take little time, and are frequent. */
const all: readonly [Fault, ...Fault[]] = [
  ...(['losesKeys', 'losesKeys', 'losesKeys', 'losesKeys', 'losesKeys', 'losesKeys'] as const),
  ...(['pausesProcess', 'pausesProcess'] as const),
  'losesBuckets',
  'cutsProcess',
  'standsStill',
  'restartsRedis',
];

/** A history of clients, faults, and answers, by its seed. */
export async function runHistory(world: World, seed: number, restApiId: string): Promise<History> {
  const choices = choicesOf(seed);
  const { below, chance, pick } = choices;
  world.choices = choicesOf(seed + 1);
  world.loss = 0;
  const { processes, stageApi } = world;
  const shown: Shown[] = [];
  const changed: Changed[] = [];
  let written = 0;
  await allUp(world);
  const begin = performance.now();
  const arrivedBefore = stageApi.arrivals.length;
  const outagesBefore = processes.map(outagesOf);

  async function read(index: number): Promise<{ description: string; revision: string } | undefined> {
    const process = processes[index];
    if (process === undefined) throw new Error('no such process');
    const outages = outagesOf(process);
    const wasUp = isUp(process);
    const asked = performance.now();
    try {
      const stage = await process.open().at({}).stages.get(restApiId, 'prod');
      if (stage === null) throw new Error('the stage is there');
      const description = stage.description ?? '';
      if (wasUp && isUp(process) && outagesOf(process) === outages) {
        shown.push({ begin: asked, description, process: index });
      }
      return { description, revision: stage.details.revision };
    } catch {
      return undefined;
    }
  }

  async function write(index: number, expected: Changed['expected']): Promise<void> {
    const description = `${restApiId} ${(written += 1)}`;
    const input = { restApiId, stageName: 'prod', description, dryRun: false };
    const record = (outcome: string) =>
      void changed.push({ end: performance.now(), description, expected, outcome, process: index });
    try {
      const changes = processes[index]?.open().at({}).changes();
      const change = await changes?.update({ ...input, expectedRevision: expected?.revision });
      const warning = change?.warnings.find(({ code }) => code !== 'HISTORY_PENDING');
      record(change?.userErrors[0]?.code ?? warning?.code ?? 'made');
    } catch {
      record('failed');
    }
  }

  /** More reads than the limit allows calls. */
  async function storm(index: number): Promise<void> {
    const { stages } = processes[index]?.open().at({}) ?? {};
    const reads = Array.from({ length: STORM }, async (_, n) =>
      stages?.get(`${restApiId}-${index}-${n}`, 'prod'),
    );
    await Promise.allSettled(reads);
  }

  // Each once: Redis is not restarted while it is restarted.
  const kinds = new Set(Array.from({ length: chance(0.15) ? 0 : 1 + below(2) }, () => pick(all)));
  const broken = [...kinds].map((fault, n) => ({
    fault,
    waitMs: below(60),
    choices: choicesOf(seed + 2 + n),
  }));
  const clients = Array.from({ length: 3 + below(2) }, (_, n) => ({
    index: n % 3,
    waitMs: below(20),
    steps: Array.from({ length: 1 + below(3) }, () => pick(steps)),
  }));
  const isStormy = chance(0.08);
  const start = await read(below(3));
  await Promise.all([
    ...clients.map(async ({ index, steps, waitMs }) => {
      await sleep(waitMs);
      let known = start;
      for (const step of steps) {
        if (step === 'reads' || step === 'compares') known = (await read(index)) ?? known;
        if (step !== 'reads') await write(index, step === 'overwrites' ? undefined : known);
      }
    }),
    ...(isStormy ? processes : []).map(async (_, index) => storm(index)),
    ...broken.map(async ({ fault, waitMs, choices: own }) => {
      if (fault !== 'losesKeys') await sleep(waitMs);
      await faults[fault](world, own);
    }),
  ]);
  const outages = processes.some((process, index) => outagesOf(process) !== outagesBefore[index]);
  await allUp(world);
  const end = performance.now();
  const last: Shown[] = [];
  for (const index of [0, 1, 2]) {
    // A call may fail by its fate.
    for (let tries = 0; tries < 20 && last.length <= index; tries++) {
      const seen = await read(index);
      if (seen !== undefined) last.push({ begin: end, process: index, description: seen.description });
    }
  }
  const isShared = !outages && !broken.some(({ fault }) => fault === 'losesBuckets');
  const seconds = (performance.now() - begin) / 1000;
  return {
    descriptions: stageApi.descriptions(restApiId),
    shown,
    changed,
    last,
    entries: await entriesOf(world, restApiId),
    faults: broken.map(({ fault }) => fault),
    calls: stageApi.arrivals.length - arrivedBefore,
    allowed: isShared ? BURST + RATE * (seconds + 0.1) : undefined,
  };
}

/** Whether the client was told that its change was made. */
const isAcknowledged = ({ outcome }: Changed): boolean => outcome === 'made' || outcome === 'UNGUARDED';

/**
 * The violations of what is remembered: every acknowledged change has exactly one entry, and it is the gateway's. Others may
 * have been made as well, with at most one; and what was never made has none.
 */
function wrongMemories({ descriptions, changed, entries }: History): string[] {
  if (entries === undefined) return [];
  // A call that was given up may be executed late: then its description came twice, and nobody knows from whom.
  const isSetOnce = (description: string): boolean =>
    descriptions.filter((each) => each === description).length === 1;
  const acknowledged = changed.filter(isAcknowledged).map(({ description }) => description);
  const never = entries
    .filter(({ outcome, description }) => outcome === 'APPLIED' && !descriptions.includes(description))
    .map(({ source, description }) => `"${description}" was never made, and stands as ${source}`);
  const once = entries.filter(({ description }) => isSetOnce(description));
  return [...never, ...wrongEntries(once, acknowledged.filter(isSetOnce))];
}

/** The violations of consistency, of the limit, and of what is remembered, as sentences. */
export function violationsOf(history: History): string[] {
  const { descriptions, shown, changed, last, calls, allowed } = history;
  const made = changed.filter(({ outcome }) => outcome === 'made');
  const firstOf = (description: string): number => descriptions.indexOf(description);
  const lastOf = (description: string): number => descriptions.lastIndexOf(description);

  const lost = made
    .filter(({ description }) => firstOf(description) < 0)
    .map(({ description }) => `"${description}" was acknowledged, and never made`);

  const winners = made.filter(({ expected }) => expected !== undefined);
  // A call that was given up may be executed late, and set its description again: that revision can be won twice.
  const timesOf = (description: string): number => descriptions.filter((each) => each === description).length;
  const doubled = winners
    .map(({ expected }) => winners.filter((other) => other.expected?.revision === expected?.revision))
    .filter((rivals) => rivals.length > timesOf(rivals[0]?.expected?.description ?? ''))
    .map((rivals) => `one revision was won by ${rivals.map(({ description }) => description).join(' and ')}`);
  const overwritten = winners.flatMap(({ description, expected }) =>
    made
      .filter(
        (other) =>
          firstOf(other.description) > lastOf(expected?.description ?? '') &&
          firstOf(other.description) < firstOf(description),
      )
      .map((other) => `"${description}" won, although "${other.description}" came before it`),
  );

  const older = (reads: readonly Shown[], writes: readonly Changed[]): string[] =>
    reads.flatMap(({ description, begin, process }) =>
      writes
        .filter((write) => write.end < begin && firstOf(write.description) > lastOf(description))
        .map(
          (write) =>
            `process ${process} showed "${description}" after "${write.description}" was acknowledged`,
        ),
    );
  const unguarded = changed.filter(({ outcome }) => outcome === 'UNGUARDED');

  const tooMany =
    allowed !== undefined && calls > allowed ? [`${calls} calls, where the limit allows ${allowed}`] : [];
  return [
    ...lost,
    ...doubled,
    ...overwritten,
    ...older(shown, made),
    ...older(last, [...made, ...unguarded]),
    ...tooMany,
    ...wrongMemories(history),
  ];
}
