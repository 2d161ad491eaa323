import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { StoredKey } from '../stages/index.ts';
import type { LockedTools } from './history-tools.ts';
import { isRevision } from './stored-timeline.ts';
import type { StateFacts, Timeline } from './timeline-links.ts';

/** Of one stage. */
const MAX_REVISIONS = 100;
/** SQLite takes no offset without a limit. */
const SURPLUS = 1000;

/** Removes the oldest ones of a stage that has too many. */
async function removeSurplus(transaction: Transaction<Tables>, key: StoredKey): Promise<void> {
  await transaction
    .deleteFrom('equal_revisions')
    .where((eb) => eb.and(key))
    .where('revision', 'in', (eb) =>
      eb
        .selectFrom('equal_revisions')
        .select('revision')
        .where((row) => row.and(key))
        .orderBy('replaced_at', 'desc')
        .orderBy('revision')
        .limit(SURPLUS)
        .offset(MAX_REVISIONS),
    )
    .execute();
}

/** Of the revisions that were seen, those that nothing refers to, with one that is stored and does not differ. */
export function equalRevisions(
  { links, state }: Timeline,
  seen: readonly string[],
  facts: StateFacts,
): [revision: string, sameAs: string][] {
  const stored = [state, ...links.toReversed().flatMap(({ after, before }) => [after, before])].filter(
    isRevision,
  );
  return seen.flatMap((revision): [string, string][] => {
    if (stored.includes(revision)) return [];
    const equal = stored.find((other) => facts.differingParts(revision, other) === 0);
    return equal === undefined ? [] : [[revision, equal]];
  });
}

/** A client may have read a revision that no entry names: it stays known as another one that does not differ. */
export async function keepEqualRevision(
  { transaction, now }: LockedTools,
  key: StoredKey,
  revision: string,
  same_as: string,
): Promise<void> {
  await transaction
    .updateTable('equal_revisions')
    .set({ same_as })
    .where((eb) => eb.and({ ...key, same_as: revision }))
    .execute();
  await transaction
    .deleteFrom('equal_revisions')
    .where((eb) => eb.and({ ...key, revision: same_as }))
    .execute();
  const replaced_at = now();
  await transaction
    .insertInto('equal_revisions')
    .values({ ...key, revision, same_as, replaced_at })
    .onConflict((conflict) =>
      conflict
        .columns(['target', 'rest_api_id', 'stage_name', 'revision'])
        .doUpdateSet({ same_as, replaced_at }),
    )
    .execute();
  await removeSurplus(transaction, key);
}

/** The revision that is stored instead of one; undefined: none is known. */
export async function equalRevision(
  db: Pick<Kysely<Tables>, 'selectFrom'>,
  key: StoredKey,
  revision: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('equal_revisions')
    .select('same_as')
    .where((eb) => eb.and({ ...key, revision }))
    .executeTakeFirst();
  return row?.same_as;
}

/** Removes the oldest of those that were replaced before a moment, so many at most; gives their number. */
export async function removeOldEqualRevisions(
  db: Kysely<Tables>,
  before: number,
  most: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('equal_revisions')
    .where((eb) =>
      eb(
        eb.refTuple('target', 'rest_api_id', 'stage_name', 'revision'),
        'in',
        eb
          .selectFrom('equal_revisions as old')
          .select(['old.target', 'old.rest_api_id', 'old.stage_name', 'old.revision'])
          .where('old.replaced_at', '<', before)
          .orderBy('old.replaced_at')
          .limit(most)
          .$asTuple('target', 'rest_api_id', 'stage_name', 'revision'),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
