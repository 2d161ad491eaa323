import type { Logger } from '../../app/logger.ts';
import type { BackgroundReads } from '../../datasources/background-reads.ts';
import type { Targets } from '../../fleet/fleet.ts';
import { targetId, targetNamed } from '../../fleet/target.ts';
import { backOff } from '../database/back-off.ts';
import { DatabaseUnavailable } from '../database/unavailable.ts';
import { type CloudTrailEvent, cloudTrailEventOf } from './cloudtrail-event.ts';
import type { EventStore } from './event-store.ts';
import type { WaitingEvents } from './waiting-events.ts';

interface EventDependencies {
  readonly store: EventStore;
  readonly waiting: WaitingEvents;
  readonly reads: Pick<BackgroundReads, 'stages'>;
  readonly targets: () => Targets | undefined;
  readonly logger: Logger;
}

/**
 * Stores events, and reads the APIs again that they are about, one after the other of each target, at the lowest priority.
 * However many events of an API wait, it is read once. While the database is unavailable, they wait.
 */
export function createEventReceiver({ store, waiting, reads, targets, logger }: EventDependencies) {
  const closing = new AbortController();
  /** Targets whose events are being processed: one that does not answer keeps no other waiting. */
  const running = new Set<string>();
  let isFull = false;
  let failures = 0;

  async function readAgain(event: CloudTrailEvent): Promise<void> {
    const now = targets();
    const target = now && targetNamed(now.all, event);
    if (now !== undefined && target !== undefined) await reads.stages(now, target, event.restApiId);
  }

  /** A repeated event is known, and costs no read. */
  async function process(events: readonly CloudTrailEvent[]): Promise<void> {
    const [event] = events;
    const areNew = await store.add(events);
    failures = 0;
    waiting.remove(events);
    if (!areNew || event === undefined) return;
    await readAgain(event).catch((err: unknown) => logger.debug({ err }, 'an event led to no read'));
  }

  async function waitForDatabase(): Promise<void> {
    failures += 1;
    if (failures === 1) logger.warn({}, 'Events of AWS wait until the database is available again');
    await backOff(failures, closing.signal);
  }

  async function run(target: string): Promise<void> {
    /** The API of which one event could not be stored: its events are stored one by one, so that no other is lost. */
    let oneByOne: string | undefined;
    for (let events = waiting.firstOf(target); events !== undefined; events = waiting.firstOf(target)) {
      const restApiId = events[0]?.restApiId;
      const next = restApiId === oneByOne ? events.slice(0, 1) : events;
      try {
        await process(next);
      } catch (error) {
        const isUnavailable = error instanceof DatabaseUnavailable;
        if (isUnavailable && !closing.signal.aborted) await waitForDatabase();
        else if (!isUnavailable && next.length > 1) oneByOne = restApiId;
        else {
          waiting.remove(next);
          logger.debug({ err: error }, 'an event could not be stored');
        }
      }
    }
    running.delete(target);
  }

  function logOnceIfFull(isAdded: boolean): void {
    if (!isAdded && !isFull)
      logger.warn(waiting.state(), 'Too many events of AWS wait: further ones are dropped');
    isFull = !isAdded;
  }

  return {
    receive: (body: unknown): void => {
      const event = cloudTrailEventOf(body);
      if (event === undefined || targetNamed(targets()?.all ?? [], event) === undefined) return;
      logOnceIfFull(waiting.add(event));
      const target = targetId(event);
      if (running.has(target) || closing.signal.aborted) return;
      running.add(target);
      void run(target);
    },
    /** What still waits is lost. */
    close: (): void => closing.abort(),
  };
}
