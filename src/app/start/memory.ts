import { randomUUID } from 'node:crypto';
import { asConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/config.ts';
import { type BackgroundReads, createBackgroundReads } from '../../datasources/background-reads.ts';
import { createCachesByTarget } from '../../datasources/caches-by-target.ts';
import { gatewayError } from '../../errors/gateway-error.ts';
import type { Fleet, Targets } from '../../fleet/fleet.ts';
import { type Target, type TargetKey, targetNamed } from '../../fleet/target.ts';
import { type Crawl, createCrawl } from '../../memory/crawl/index.ts';
import { DatabaseUnavailable } from '../../memory/database/unavailable.ts';
import { createEventReceiver } from '../../memory/events/receive-events.ts';
import { createWaitingEvents } from '../../memory/events/waiting-events.ts';
import { createMemory, type Memory } from '../../memory/memory.ts';
import type { GatewayObserver } from '../../observability/observer.ts';
import type { Logger } from '../logger.ts';

/** The targets as they are now. That of a single target is known when its account is. */
function createCurrentTargets(fleet: Fleet, logger: Logger): () => Targets | undefined {
  let latest: Targets | undefined;
  let asked = false;
  return () => {
    const now = fleet.targets(logger);
    if (!(now instanceof Promise)) return now;
    if (!asked) {
      asked = true;
      void now.then((found) => {
        if (found.home.account !== '') latest = found;
        asked = false;
      });
    }
    return latest;
  };
}

/** The calls of the crawl, on the targets of the moment. What it has listed is stored before it goes on. */
function crawlCalls(reads: BackgroundReads, targets: () => Targets | undefined, queue: Memory['queue']) {
  function find(key: TargetKey): readonly [Targets, Target] {
    const now = targets();
    const target = now && targetNamed(now.all, key);
    if (now !== undefined && target !== undefined) return [now, target];
    throw gatewayError('BAD_USER_INPUT', 'The target is not in the file of targets any more.');
  }
  return {
    listApis: (key: TargetKey, position: string | undefined, signal: AbortSignal) =>
      reads.apis(...find(key), position, signal),
    async listStages(key: TargetKey, restApiId: string, signal: AbortSignal) {
      const stages = await reads.stages(...find(key), restApiId, signal);
      if (!(await queue.flush())) throw new DatabaseUnavailable('away', 'the stages could not be stored');
      return stages.map(({ deploymentId, canarySettings }) => ({
        deploymentId,
        canaryDeploymentId: canarySettings?.deploymentId,
      }));
    },
    describeDeployment: (key: TargetKey, restApiId: string, deploymentId: string, signal: AbortSignal) =>
      reads.methods(...find(key), { restApiId, deploymentId }, signal),
  };
}

interface CrawlDependencies {
  readonly memory: Memory;
  readonly reads: BackgroundReads;
  readonly targets: () => Targets | undefined;
  readonly ratePerSecond: number;
  readonly intervalMs: number;
  readonly logger: Logger;
}

/** Undefined: the inventory has only what requests read and write. */
function startCrawl(dependencies: CrawlDependencies): Crawl | undefined {
  const { memory, reads, targets, ratePerSecond, intervalMs, logger } = dependencies;
  if (ratePerSecond === 0) return undefined;
  const { database, queue } = memory;
  return createCrawl({
    ...crawlCalls(reads, targets, queue),
    db: database.db,
    dialect: database.dialect,
    owner: randomUUID(),
    targets: () => targets()?.all ?? [],
    ratePerSecond,
    intervalMs,
    isDescribed: memory.isDescribed,
    keepApis(target, restApiIds, startedAt) {
      queue.observe({ kind: 'allApis', target, restApiIds, startedAt, observedAt: new Date() });
      return Promise.resolve();
    },
    observer: {
      leads: (isLeader) =>
        logger.debug({}, isLeader ? 'the crawl runs in this process' : 'the crawl ends here'),
      failed: (what, error) => logger.debug({ err: error }, what),
    },
  });
}

/** The configuration of the memory, whose secrets may be replaced. */
export interface MemorySecrets {
  readonly current: () => Pick<Config, 'memory'>;
  readonly onChange: (listener: (now: Pick<Config, 'memory'>) => void) => void;
}

/** History, drift and inventory. */
export async function startMemory(secrets: MemorySecrets, fleet: Fleet, logger: Logger) {
  const { memory: config } = secrets.current();
  const targets = createCurrentTargets(fleet, logger);
  const memory = await createMemory({
    location: config.database,
    historyKeys: () => secrets.current().memory.historyKeys,
    retentionMs: config.retentionMs,
    maxEntries: config.maxEntries,
    logger,
    targets,
  }).catch(asConfigError('DATABASE_URL'));
  secrets.onChange(({ memory: { database } }) => memory.database.signInAs(database));
  return { ...memory, targets, waitingEvents: createWaitingEvents(), cachesOf: createCachesByTarget() };
}

export type StartedMemory = Awaited<ReturnType<typeof startMemory>>;

/** What reads on behalf of no request: the crawl, and the reads that events ask for. */
export function startBackground(
  memory: StartedMemory,
  { current }: MemorySecrets,
  logger: Logger,
  observer: GatewayObserver,
) {
  const { targets, cachesOf } = memory;
  const reads = createBackgroundReads({ cachesOf, observe: memory.memory.observe, logger, observer });
  const { inventoryRate: ratePerSecond, inventoryIntervalMs: intervalMs, eventsSecrets } = current().memory;
  const { events: store, waitingEvents: waiting } = memory;
  const receiver = createEventReceiver({ store, waiting, reads, targets, logger });
  const crawl = startCrawl({ memory, reads, targets, ratePerSecond, intervalMs, logger });
  return {
    awsEvents:
      eventsSecrets.length === 0
        ? undefined
        : { secrets: () => current().memory.eventsSecrets, receive: receiver.receive },
    close: async (): Promise<void> => {
      receiver.close();
      await crawl?.close();
      await memory.close();
    },
  };
}
