import { targetId } from '../../fleet/target.ts';
import { nameActors, withApiLock } from '../history/index.ts';
import type { CloudTrailEvent } from './cloudtrail-event.ts';

/** How long repeated events are known. EventBridge repeats one for a day at most. */
const KNOWN_MS = 24 * 60 * 60_000;

/** The events that were received, for all processes of the database. */
export function createEventStore(
  database: Parameters<typeof withApiLock>[0],
  isOwn: (event: CloudTrailEvent) => boolean,
  now: () => number = Date.now,
) {
  return {
    /**
     * Stores events of one API, and gives their actors to the changes that were seen before they came; those that are seen
     * later get them when they are written. Events of calls of gateways on this database are left out: their changes are in the
     * history. False: nothing is new.
     */
    async add(received: readonly CloudTrailEvent[]): Promise<boolean> {
      const events = received.filter((event) => !isOwn(event));
      const [first] = events;
      if (first === undefined) return false;
      const api = { target: targetId(first), rest_api_id: first.restApiId };
      const received_at = now();
      return withApiLock(database, api, async (transaction) => {
        await transaction
          .deleteFrom('events')
          .where('received_at', '<', received_at - KNOWN_MS)
          .execute();
        const { numInsertedOrUpdatedRows = 0n } = await transaction
          .insertInto('events')
          .values(
            events.map(({ id, stageName, at, actor }) => ({
              ...api,
              id,
              stage_name: stageName,
              at: at.getTime(),
              received_at,
              actor,
            })),
          )
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows === 0n) return false;
        await nameActors(transaction, api, Math.min(...events.map(({ at }) => at.getTime())));
        return true;
      });
    },
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
