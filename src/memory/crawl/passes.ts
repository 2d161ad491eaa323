import type { Kysely } from 'kysely';
import { type TargetKey, targetId } from '../../fleet/target.ts';
import type { Tables } from '../database/tables.ts';
import type { Pass } from './crawl-options.ts';

/** What the database knows of earlier passes, so that a process goes on where another one, or its former life, ended. */
export function createPasses(db: Kysely<Tables>) {
  return {
    /** When the last pass over each of these targets ended. */
    async ends(targets: readonly TargetKey[]): Promise<ReadonlyMap<string, number>> {
      if (targets.length === 0) return new Map();
      const rows = await db
        .selectFrom('crawled_targets')
        .select(['target', 'ended_at'])
        .where('target', 'in', targets.map(targetId))
        .execute();
      return new Map(rows.map((row) => [row.target, row.ended_at]));
    },

    async store(target: TargetKey, { restApis, complete, error }: Pass, endedAt: number): Promise<void> {
      const pass = { ended_at: endedAt, complete: complete ? 1 : 0, error } as const;
      // What was known of the number stays if the list could not be read.
      const counted = complete || restApis > 0 ? { rest_apis: restApis } : {};
      await db
        .insertInto('crawled_targets')
        .values({ target: targetId(target), rest_apis: restApis, ...pass })
        .onConflict((conflict) => conflict.column('target').doUpdateSet({ ...counted, ...pass }))
        .execute();
    },

    /** Removes what the inventory has of other targets. History and baselines stay. */
    async keepTargets(targets: readonly TargetKey[]): Promise<void> {
      if (targets.length === 0) return;
      const ids = targets.map(targetId);
      for (const table of ['stages', 'rest_apis', 'crawled_targets'] as const) {
        await db.deleteFrom(table).where('target', 'not in', ids).execute();
      }
    },

    /** APIs whose stages were never seen come first, then those that were seen longest ago. */
    async order(target: TargetKey, restApiIds: readonly string[]): Promise<readonly string[]> {
      const rows = await db
        .selectFrom('stages')
        .select(({ fn }) => ['rest_api_id', fn.min('observed_at').as('seen')])
        .where('target', '=', targetId(target))
        .groupBy('rest_api_id')
        .execute();
      const seenAt = new Map(rows.map((row) => [row.rest_api_id, row.seen]));
      const age = (id: string): number => seenAt.get(id) ?? -Infinity;
      return restApiIds.toSorted((a, b) => (age(a) === age(b) ? 0 : age(a) - age(b)));
    },
  };
}
