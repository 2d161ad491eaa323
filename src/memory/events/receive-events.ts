import type { Logger } from '../../app/logger.ts';
import type { BackgroundReads } from '../../datasources/background-reads.ts';
import type { Targets } from '../../fleet/fleet.ts';
import { targetId, targetNamed } from '../../fleet/target.ts';
import type { Memory } from '../memory.ts';
import { type CloudTrailEvent, cloudTrailEventOf } from './cloudtrail-event.ts';

interface EventDependencies {
  readonly memory: Pick<Memory, 'events' | 'queue'>;
  readonly reads: BackgroundReads;
  readonly targets: () => Targets | undefined;
  readonly logger: Logger;
}

/** Events that wait. More than that is a flood: the crawl reads the APIs. */
const MAX_WAITING = 500;

const apiOf = (event: CloudTrailEvent): string => `${targetId(event)}/${event.restApiId}`;

/**
 * Reads the APIs again that events are about, one after the other, at the lowest priority. However many events of an API
 * wait, it is read once.
 */
export function createEventReceiver(dependencies: EventDependencies): (event: unknown) => void {
  const { memory, reads, targets, logger } = dependencies;
  /** By API, then by id. */
  const waiting = new Map<string, Map<string, CloudTrailEvent>>();
  let count = 0;
  let running = false;

  async function readAgain(events: readonly CloudTrailEvent[]): Promise<void> {
    // A repeated event is known, and costs no read.
    const added = await Promise.all(events.map((event) => memory.events.add(event)));
    const [event] = events;
    const now = targets();
    const target = event && now && targetNamed(now.all, event);
    if (!added.includes(true) || event === undefined || now === undefined || target === undefined) return;
    await reads.stages(now, target, event.restApiId);
    await memory.queue.flush();
    await memory.events.nameActors(event);
  }

  async function run(): Promise<void> {
    for (const [api, events] of waiting) {
      waiting.delete(api);
      count -= events.size;
      await readAgain([...events.values()]).catch((error: unknown) =>
        logger.debug({ err: error }, 'an event led to no read'),
      );
    }
    running = false;
  }

  return (body) => {
    const event = cloudTrailEventOf(body);
    if (event === undefined || count >= MAX_WAITING) return;
    if (targetNamed(targets()?.all ?? [], event) === undefined) return;
    const api = apiOf(event);
    const events = waiting.get(api) ?? new Map<string, CloudTrailEvent>();
    waiting.set(api, events);
    if (!events.has(event.id)) count += 1;
    events.set(event.id, event);
    if (running) return;
    running = true;
    void run();
  };
}
