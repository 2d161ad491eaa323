import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deliver, type Delivery, happen, inOrder, type Plan, plans } from './history-model.ts';
import { allEntries, clearTables, historyOn, type TwoProcesses } from './history-world.ts';

/** Plays a plan; each process writes its part in order, together with the other one or in turns. */
async function play([one, other]: TwoProcesses, plan: Plan, together: boolean) {
  await clearTables(one);
  const processes = [historyOn(one), historyOn(other)] as const;
  const { initial, deliveries, final, end } = happen(plan);
  await processes[0].observe(initial);
  const ordered = inOrder(deliveries, plan.order);
  const write = async (parts: readonly { readonly delivery: Delivery; readonly process: number }[]) => {
    for (const { delivery, process } of parts) await deliver(processes[process === 0 ? 0 : 1], delivery);
  };
  if (together)
    await Promise.all([0, 1].map((own) => write(ordered.filter(({ process }) => process === own))));
  else await write(ordered);
  await processes[0].observe(final);
  const entries = (await allEntries(processes[1])).toReversed();
  const stored = await one.db.selectFrom('stages').selectAll().executeTakeFirstOrThrow();
  return { entries, deliveries, end, initial, stored };
}

type Played = Awaited<ReturnType<typeof play>>;

/** Each entry starts where the one before it ends, from the first sight to what the stage is. */
function expectChain({ entries, initial, end, stored }: Played): void {
  let before = initial.kind === 'stage' ? initial.stage.details.revision : '';
  for (const { revisionBefore, revisionAfter } of entries) {
    expect(revisionBefore).toBe(before);
    before = revisionAfter ?? '';
  }
  expect(before).toBe(end.details.revision);
  expect(stored.revision).toBe(end.details.revision);
}

/** Only this gateway changes descriptions, and only others the variable. */
function expectOthersOnly({ entries }: Played): void {
  const differences = entries.filter(({ source }) => source === 'OBSERVED').flatMap((each) => each.changes);
  expect(differences.filter(({ path }) => path[0] !== 'variables')).toEqual([]);
}

const changesOf = ({ deliveries }: Played) => deliveries.filter((each) => each.kind === 'change');

/** Whatever becomes known in which order, by whichever process: the history is right in the end. */
// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeInterleavings(
  open: () => Promise<TwoProcesses>,
  { together, numRuns }: { readonly together: boolean; readonly numRuns: number },
): void {
  let processes: TwoProcesses;
  beforeAll(async () => {
    processes = await open();
  });

  test('whoever writes what in which order, each change is one entry, and others have the rest', async () => {
    await fc.assert(
      fc.asyncProperty(plans(['stage'], [1, 1000]), async (plan) => {
        const played = await play(processes, plan, together);
        const made = played.entries.filter(({ source }) => source === 'GATEWAY');
        expect(made.map(({ id }) => id)).toEqual(changesOf(played).map(({ id }) => id));
        for (const { changes } of made) {
          expect(changes.filter(({ path }) => path[0] === 'description')).toHaveLength(1);
        }
        expectOthersOnly(played);
        expectChain(played);
      }),
      { numRuns },
    );
  });

  test('a change without an answer is one entry if it was applied, and at most one otherwise', async () => {
    await fc.assert(
      fc.asyncProperty(plans(['stage', 'none', 'lost', 'not applied'], [1, 1000]), async (plan) => {
        const played = await play(processes, plan, together);
        const ids = played.entries.filter(({ source }) => source === 'GATEWAY').map(({ id }) => id);
        const changes = changesOf(played);
        expect(new Set(ids).size).toBe(ids.length);
        const applied = changes.filter((change) => change.applied).map(({ id }) => id);
        expect(ids).toEqual(expect.arrayContaining(applied));
        expectOthersOnly(played);
        expectChain(played);
        expect(played.stored.open_entry).toBeNull();
      }),
      { numRuns },
    );
  });
}
