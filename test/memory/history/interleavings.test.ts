import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closeAfterwards } from '../../support/closing.ts';
import { deliver, happen, inOrder, type Plan, plans } from '../../support/history-model.ts';
import { allEntries, clearTables, historyOn, type TestTables } from '../../support/history-world.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

let tables: TestTables;
beforeAll(async () => {
  const db = await sqliteTables();
  closeAfterwards(() => db.destroy());
  tables = { db, dialect: 'sqlite' };
});

async function play(plan: Plan) {
  await clearTables(tables);
  const processes = [historyOn(tables), historyOn(tables)] as const;
  const { initial, deliveries, final, end } = happen(plan);
  await processes[0].observe(initial);
  for (const { delivery, process } of inOrder(deliveries, plan.order)) {
    await deliver(process === 0 ? processes[0] : processes[1], delivery);
  }
  await processes[0].observe(final);
  const entries = (await allEntries(processes[0])).toReversed();
  const stored = await tables.db.selectFrom('stages').select('revision').executeTakeFirstOrThrow();
  return { entries, deliveries, end, initial, revision: stored.revision };
}

const runs = { numRuns: Number(process.env.RUNS ?? 150) };

type Played = Awaited<ReturnType<typeof play>>;

/** Each entry starts where the one before it ends, from the first sight to what the stage is. */
function expectChain({ entries, initial, end, revision }: Played): void {
  let before = initial.kind === 'stage' ? initial.stage.details.revision : '';
  for (const { revisionBefore, revisionAfter } of entries) {
    expect(revisionBefore).toBe(before);
    before = revisionAfter ?? '';
  }
  expect(before).toBe(end.details.revision);
  expect(revision).toBe(end.details.revision);
}

/** Only this gateway changes descriptions, and only others the variable. */
function expectOthersOnly({ entries }: Played): void {
  const differences = entries.filter(({ source }) => source === 'OBSERVED').flatMap((each) => each.changes);
  expect(differences.filter(({ path }) => path[0] !== 'variables')).toEqual([]);
}

const changesOf = ({ deliveries }: Played) => deliveries.filter((each) => each.kind === 'change');

test('whoever writes what in which order, each change is one entry, and others have the rest', async () => {
  await fc.assert(
    fc.asyncProperty(plans(['stage'], [1, 1000]), async (plan) => {
      const played = await play(plan);
      const made = played.entries.filter(({ source }) => source === 'GATEWAY');
      expect(made.map(({ id }) => id)).toEqual(changesOf(played).map(({ id }) => id));
      for (const { changes } of made) {
        expect(changes.filter(({ path }) => path[0] === 'description')).toHaveLength(1);
      }
      expectOthersOnly(played);
      expectChain(played);
    }),
    runs,
  );
});

test('a change without an answer is one entry if it was applied, and at most one otherwise', async () => {
  await fc.assert(
    fc.asyncProperty(plans(['stage', 'none', 'lost', 'not applied'], [1, 1000]), async (plan) => {
      const played = await play(plan);
      const ids = played.entries.filter(({ source }) => source === 'GATEWAY').map(({ id }) => id);
      const changes = changesOf(played);
      expect(new Set(ids).size).toBe(ids.length);
      const applied = changes.filter((change) => change.applied).map(({ id }) => id);
      expect(ids).toEqual(expect.arrayContaining(applied));
      expectOthersOnly(played);
      expectChain(played);
      const { open_entry } = await tables.db
        .selectFrom('stages')
        .select('open_entry')
        .executeTakeFirstOrThrow();
      expect(open_entry).toBeNull();
    }),
    runs,
  );
});
