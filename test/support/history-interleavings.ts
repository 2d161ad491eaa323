import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deliver, type Delivery, happen, inOrder, type Plan, plans } from './history-model.ts';
import {
  allEntries,
  changed,
  clearTables,
  historyOn,
  saw,
  stageAt,
  story,
  type TwoProcesses,
} from './history-world.ts';

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

/** A stage with AWS's date, as it was seen then or later. */
const of = (description: string, updated: number, seenAt = updated) =>
  stageAt(seenAt, { description, lastUpdatedDate: new Date(updated) });

const read = (times: readonly [number, number], description: string, updated: number): Delivery => ({
  kind: 'read',
  observation: saw(times, of(description, updated)),
});

const change = (id: string, ...[times, before, after, more]: Parameters<typeof changed>): Delivery => ({
  kind: 'change',
  change: changed(times, before, after, more),
  applied: true,
  id: id.repeat(32),
});

/** What becomes known, and the history that it makes in whatever order. */
const scenarios: Readonly<Record<string, readonly [known: readonly Delivery[], history: readonly string[]]>> =
  {
    'a change, reads before, within and after it, and a change of others': [
      [
        read([5, 6], 'one', 1),
        change('a', [10, 20], of('one', 1), of('two', 15)),
        read([11, 16], 'half', 12),
        read([21, 22], 'two', 15),
        read([31, 32], 'three', 30),
      ],
      ['GATEWAY | description one > two', 'OBSERVED | description two > three'],
    ],
    'two changes, and one of others between them': [
      [
        change('a', [10, 20], of('one', 1), of('two', 15)),
        read([26, 27], 'three', 25),
        change('b', [40, 50], of('three', 25, 41), of('four', 45)),
        read([46, 48], 'four', 45),
        read([51, 52], 'four', 45),
      ],
      [
        'GATEWAY | description one > two',
        'OBSERVED | description two > three',
        'GATEWAY | description three > four',
      ],
    ],
    'a change without an answer that was made, and one after it': [
      [
        change('a', [10, 20], of('one', 1), undefined, { outcome: 'UNKNOWN' }),
        read([12, 16], 'two', 15),
        read([21, 22], 'two', 15),
        change('b', [40, 50], of('two', 15, 41), of('three', 45)),
        read([47, 51], 'three', 45),
      ],
      ['GATEWAY | description one > two', 'GATEWAY | description two > three'],
    ],
    'a change without an answer that was not made, and the same once more': [
      [
        change('a', [10, 20], of('one', 1), undefined, { outcome: 'UNKNOWN' }),
        read([15, 21], 'one', 1),
        change('b', [40, 50], of('one', 1, 41), of('two', 45)),
        read([46, 49], 'two', 45),
        read([51, 52], 'two', 45),
      ],
      ['GATEWAY | description one > two'],
    ],
    'two changes at once, whose answers come in the other order than AWS made them': [
      [
        change('a', [10, 40], undefined, of('two', 15)),
        change('b', [12, 30], undefined, of('three', 20)),
        read([51, 52], 'three', 20),
      ],
      ['GATEWAY | description one > two', 'GATEWAY | description two > three'],
    ],
    'the same within one second, which is as exact as AWS dates': [
      [
        read([5, 6], 'one', 1),
        change('a', [10, 40], undefined, of('two', 15)),
        change('b', [12, 30], undefined, of('three', 15)),
        read([51, 52], 'three', 15),
      ],
      ['GATEWAY | description one > two', 'GATEWAY | description two > three'],
    ],
    'three changes at once': [
      [
        change('a', [10, 40], undefined, of('two', 15)),
        change('b', [12, 30], undefined, of('three', 15)),
        change('c', [13, 35], undefined, of('four', 15)),
        read([51, 52], 'three', 15),
        read([61, 62], 'three', 15),
      ],
      [
        'GATEWAY | description one > four',
        'GATEWAY | description four > two',
        'GATEWAY | description two > three',
      ],
    ],
  };

const permutationsOf = <Item>(items: readonly Item[]): Item[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, position) =>
        permutationsOf(items.toSpliced(position, 1)).map((others) => [item, ...others]),
      );

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

  test.each(Object.entries(scenarios))(
    'the history is the same in every order of %s',
    async (_, [known, expected]) => {
      for (const order of permutationsOf(known)) {
        await clearTables(processes[0]);
        const histories = processes.map((tables) => historyOn(tables));
        await histories[0]?.observe(saw([1, 2], of('one', 1)));
        for (const [position, delivery] of order.entries()) {
          const history = histories[position % 2];
          if (history !== undefined) await deliver(history, delivery);
        }
        const description = expected.at(-1)?.split(' ').at(-1) ?? '';
        const [first] = histories;
        if (first === undefined) throw new Error('no process');
        expect(await story(first)).toEqual(expected);
        const row = await processes[0].db.selectFrom('stages').select('document').executeTakeFirstOrThrow();
        expect(row.document).toContain(`"description":"${description}"`);
      }
    },
  );

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
