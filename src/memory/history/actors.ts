import type { Selectable, Transaction } from 'kysely';
import type { EventsTable, HistoryRow, Tables } from '../database/tables.ts';
import type { ApiKey } from './api-lock.ts';
import { storedName } from './stored-name.ts';

/** A change is seen within this time after it was made, or its actor stays unknown. */
const ACTOR_MS = 15 * 60_000;

type Entry = Pick<HistoryRow, 'id' | 'at' | 'stage_name' | 'actor'>;
type Event = Pick<Selectable<EventsTable>, 'at' | 'stage_name' | 'actor'>;

/**
 * The actors of entries by the entry's id. An event belongs to the first entry after it; of several, the last one counts
 * that names the stage, else the last one.
 */
function actorsOf(entries: readonly Entry[], events: readonly Event[]): ReadonlyMap<string, string> {
  const found = new Map<string, { readonly actor: string; readonly isNamed: boolean }>();
  for (const { at, stage_name, ...event } of events) {
    const actor = storedName(event.actor);
    const entry = entries.find(
      (each) =>
        each.at >= at && each.at <= at + ACTOR_MS && (stage_name === null || stage_name === each.stage_name),
    );
    if (entry === undefined || actor === null) continue;
    const isNamed = stage_name !== null;
    if (isNamed || found.get(entry.id)?.isNamed !== true) found.set(entry.id, { actor, isNamed });
  }
  return new Map([...found].map(([id, { actor }]) => [id, actor]));
}

/**
 * Gives the actors of an API's events to the changes by other tools that were seen at `from` or later. It runs in the
 * transaction that stores an event or an entry and is alone with the API, so that the order of the two does not matter.
 */
export async function nameActors(
  transaction: Transaction<Tables>,
  { target, rest_api_id }: ApiKey,
  from: number,
): Promise<void> {
  const events = await transaction
    .selectFrom('events')
    .select(['at', 'stage_name', 'actor'])
    .where((eb) => eb.and({ target, rest_api_id }))
    .where('at', '>=', from - ACTOR_MS)
    .where('actor', 'is not', null)
    .orderBy('at')
    .execute();
  if (events.length === 0) return;
  const entries = await transaction
    .selectFrom('history')
    .select(['id', 'at', 'stage_name', 'actor'])
    .where((eb) => eb.and({ target, rest_api_id }))
    .where('source', '=', 'OBSERVED')
    .where('at', '>=', from - ACTOR_MS)
    .orderBy('at')
    .execute();
  const actors = actorsOf(entries, events);
  for (const entry of entries) {
    const actor = actors.get(entry.id);
    if (actor === undefined || actor === entry.actor || entry.at < from) continue;
    await transaction.updateTable('history').set({ actor }).where('id', '=', entry.id).execute();
  }
}
