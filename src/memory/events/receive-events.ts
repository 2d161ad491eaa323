import type { Logger } from '../../app/logger.ts';
import type { BackgroundReads } from '../../datasources/background-reads.ts';
import type { Targets } from '../../fleet/fleet.ts';
import type { Memory } from '../memory.ts';
import { type CloudTrailEvent, cloudTrailEventOf } from './cloudtrail-event.ts';

interface EventDependencies {
  readonly memory: Pick<Memory, 'events' | 'queue'>;
  readonly reads: BackgroundReads;
  readonly targets: () => Targets | undefined;
  readonly logger: Logger;
}

/** APIs that wait to be read. More than that is a flood: the crawl reads them. */
const MAX_WAITING = 500;

/**
 * Reads the APIs again that events are about, one after the other, at the lowest priority. An API that waits already is
 * read once: however many events come, it is one read after the last of them.
 */
export function createEventReceiver(dependencies: EventDependencies): (event: unknown) => void {
  const { memory, reads, targets, logger } = dependencies;
  const waiting = new Map<string, CloudTrailEvent>();
  let running = false;

  async function readAgain({ account, region, restApiId }: CloudTrailEvent): Promise<void> {
    const now = targets();
    const target = now?.all.find((each) => each.account === account && each.region === region);
    if (now === undefined || target === undefined) return;
    await reads.stages(now, target, restApiId);
    await memory.queue.flush();
  }

  async function run(): Promise<void> {
    for (const [key, event] of waiting) {
      waiting.delete(key);
      try {
        // A repeated event is known, and costs no read.
        if (await memory.events.add(event)) await readAgain(event);
      } catch (error) {
        logger.debug({ err: error }, 'an event led to no read');
      }
    }
    running = false;
    await memory.events
      .nameActors()
      .catch((error: unknown) => logger.debug({ err: error }, 'actors of events are not named'));
  }

  return (body) => {
    const event = cloudTrailEventOf(body);
    if (event === undefined) return;
    const isServed = targets()?.all.some(
      ({ account, region }) => account === event.account && region === event.region,
    );
    const key = `${event.account}/${event.region}/${event.restApiId}/${event.id}`;
    if (isServed !== true || waiting.size >= MAX_WAITING) return;
    waiting.set(key, event);
    if (running) return;
    running = true;
    void run();
  };
}
