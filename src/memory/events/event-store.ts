import { type Kysely, sql } from 'kysely';
import { targetId } from '../../fleet/target.ts';
import type { Tables } from '../database/tables.ts';
import type { CloudTrailEvent } from './cloudtrail-event.ts';

/** A change is seen within this time after it was made, or its actor stays unknown. */
const ACTOR_MS = 15 * 60_000;
/** How long repeated events are known. EventBridge repeats one for a day at most. */
const KNOWN_MS = 24 * 60 * 60_000;

/** The events that were received, for all processes of the database. */
export function createEventStore(db: Kysely<Tables>) {
  return {
    /** False: the event was received before. */
    async add({ id, restApiId, stageName, at, actor, ...target }: CloudTrailEvent): Promise<boolean> {
      const received_at = Date.now();
      await db
        .deleteFrom('events')
        .where('received_at', '<', received_at - KNOWN_MS)
        .execute();
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('events')
        .values({
          id,
          target: targetId(target),
          rest_api_id: restApiId,
          stage_name: stageName,
          at: at.getTime(),
          received_at,
          actor,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows > 0n;
    },

    /** Gives the actors of recent events to the changes that were seen after them. */
    async nameActors(): Promise<void> {
      const recent = await db
        .selectFrom('events')
        .selectAll()
        .where('received_at', '>', Date.now() - ACTOR_MS)
        .where('actor', 'is not', null)
        .orderBy('at')
        .execute();
      for (const { target, rest_api_id, stage_name, at, actor } of recent) {
        const first = db
          .selectFrom('history')
          .select('id')
          .where('source', '=', 'OBSERVED')
          .where('target', '=', target)
          .where('rest_api_id', '=', rest_api_id)
          .$if(stage_name !== null, (query) => query.where('stage_name', '=', stage_name ?? ''))
          .where('at', '>=', at)
          .where('at', '<=', at + ACTOR_MS)
          .orderBy('at')
          .limit(1);
        await db
          .updateTable('history')
          .set({ actor })
          .where('id', '=', first)
          .where(sql<boolean>`coalesce(actor, '') <> ${actor}`)
          .execute();
      }
    },
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
