import { targetId } from '../../fleet/target.ts';
import type { CloudTrailEvent } from './cloudtrail-event.ts';

/** More than that is a flood, or a long outage of the database: the crawl finds the changes. */
const MAX_WAITING = 2000;

const apiOf = (event: CloudTrailEvent): string => `${targetId(event)}/${event.restApiId}`;

export type WaitingEvents = ReturnType<typeof createWaitingEvents>;

/** Events that are not processed yet, by API: so many at most. */
export function createWaitingEvents(max = MAX_WAITING) {
  const byApi = new Map<string, Map<string, CloudTrailEvent>>();
  let count = 0;
  let dropped = 0;
  return {
    /** False: too many wait, and it is dropped. */
    add(event: CloudTrailEvent): boolean {
      const api = apiOf(event);
      const events = byApi.get(api) ?? new Map<string, CloudTrailEvent>();
      if (events.has(event.id)) return true;
      if (count >= max) {
        dropped += 1;
        return false;
      }
      byApi.set(api, events.set(event.id, event));
      count += 1;
      return true;
    },
    /** Those of the target's API that waits for longest; undefined: none waits. */
    firstOf(target: string): readonly CloudTrailEvent[] | undefined {
      for (const [api, events] of byApi) if (api.startsWith(`${target}/`)) return [...events.values()];
      return undefined;
    },
    /** They do not wait any more. */
    remove(done: readonly CloudTrailEvent[]): void {
      for (const event of done) {
        const events = byApi.get(apiOf(event));
        if (events?.delete(event.id) === true) count -= 1;
        if (events?.size === 0) byApi.delete(apiOf(event));
      }
    },
    state: () => ({ waiting: count, dropped }),
  };
}
