import type { Kysely, Selectable } from 'kysely';
import { targetId, type TargetKey } from '../../fleet/target.ts';
import type { EventsTable, HistoryRow, Tables } from '../database/tables.ts';
import type { CloudTrailEvent } from './cloudtrail-event.ts';

/** A change is seen within this time after it was made, or its actor stays unknown. */
const ACTOR_MS = 15 * 60_000;
/** How long repeated events are known. EventBridge repeats one for a day at most. */
const KNOWN_MS = 24 * 60 * 60_000;

type Entry = Pick<HistoryRow, 'id' | 'at' | 'stage_name' | 'actor'>;
type Event = Pick<Selectable<EventsTable>, 'at' | 'stage_name' | 'actor'>;

/**
 * The actors that entries lack, by the id of the entry. An event belongs to the first entry after it; of several, the last one
 * counts that names the stage, else the last one.
 */
function actorsOf(entries: readonly Entry[], events: readonly Event[]): ReadonlyMap<string, string> {
  const found = new Map<string, { readonly actor: string; readonly isNamed: boolean }>();
  for (const { at, stage_name, actor } of events) {
    const entry = entries.find(
      (each) =>
        each.at >= at && each.at <= at + ACTOR_MS && (stage_name === null || stage_name === each.stage_name),
    );
    if (entry === undefined || actor === null) continue;
    const isNamed = stage_name !== null;
    if (isNamed || found.get(entry.id)?.isNamed !== true) found.set(entry.id, { actor, isNamed });
  }
  const missing = entries.flatMap(({ id, actor }) => {
    const named = found.get(id)?.actor;
    return named === undefined || named === actor ? [] : [[id, named] as const];
  });
  return new Map(missing);
}

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

    /** Gives the actors of an API's recent events to the changes that were seen after them. */
    async nameActors({ restApiId, ...target }: TargetKey & { readonly restApiId: string }): Promise<void> {
      const ofApi = { target: targetId(target), rest_api_id: restApiId };
      const events = await db
        .selectFrom('events')
        .select(['at', 'stage_name', 'actor'])
        .where((eb) => eb.and(ofApi))
        .where('received_at', '>', Date.now() - ACTOR_MS)
        .where('actor', 'is not', null)
        .orderBy('at')
        .execute();
      const first = events[0]?.at;
      if (first === undefined) return;
      const entries = await db
        .selectFrom('history')
        .select(['id', 'at', 'stage_name', 'actor'])
        .where((eb) => eb.and(ofApi))
        .where('source', '=', 'OBSERVED')
        .where('at', '>=', first)
        .orderBy('at')
        .execute();
      for (const [id, actor] of actorsOf(entries, events)) {
        await db.updateTable('history').set({ actor }).where('id', '=', id).execute();
      }
    },
  };
}

export type EventStore = ReturnType<typeof createEventStore>;
