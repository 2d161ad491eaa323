import { sql } from 'kysely';
import type { InventoryOptions, InventoryTarget } from './inventory.ts';

interface Seen {
  readonly target: string;
  readonly stages: number | string;
  readonly oldest: number | string;
}

interface Counted {
  readonly target: string;
  readonly apis: number | string;
}

const byTarget = <Row extends { readonly target: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row.target, row]));

/** For each target, what is known of it. A target that no pass has reached yet is not complete. */
export async function readTotals(
  { db }: InventoryOptions,
  targets: readonly string[],
): Promise<readonly InventoryTarget[]> {
  if (targets.length === 0) return [];
  const isOfTargets = (table: string) => sql`${sql.ref(`${table}.target`)} in (${sql.join(targets)})`;
  const [seen, listed, unlisted, passes] = await Promise.all([
    sql<Seen>`
      select target, count(*) as stages, min(observed_at) as oldest from stages
      where ${isOfTargets('stages')} group by target`.execute(db),
    sql<Counted>`
      select target, count(*) as apis from rest_apis where ${isOfTargets('rest_apis')} group by target`.execute(
      db,
    ),
    // APIs of which only stages were read have no name yet.
    sql<Counted>`
      select target, count(distinct rest_api_id) as apis from stages
      where api_name_key = '' and ${isOfTargets('stages')} and not exists (
        select 1 from rest_apis where rest_apis.target = stages.target
          and rest_apis.rest_api_id = stages.rest_api_id)
      group by target`.execute(db),
    db.selectFrom('crawled_targets').selectAll().where('target', 'in', targets).execute(),
  ]);
  const seenBy = byTarget(seen.rows);
  const listedBy = byTarget(listed.rows);
  const unlistedBy = byTarget(unlisted.rows);
  const passBy = byTarget(passes);
  return targets.map((target) => {
    const pass = passBy.get(target);
    const oldest = seenBy.get(target)?.oldest;
    return {
      target,
      restApis: Number(listedBy.get(target)?.apis ?? 0) + Number(unlistedBy.get(target)?.apis ?? 0),
      stages: Number(seenBy.get(target)?.stages ?? 0),
      complete: pass?.complete === 1,
      oldest: oldest === undefined ? null : new Date(Number(oldest)),
      error: pass?.error ?? null,
    };
  });
}
