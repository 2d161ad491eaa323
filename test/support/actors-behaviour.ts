import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createEventStore } from '../../src/memory/events/event-store.ts';
import type { History } from '../../src/memory/history/index.ts';
import {
  address,
  allEntries,
  changed,
  clearTables,
  historyOn,
  record,
  saw,
  stageAt,
  type TestTables,
} from './history-world.ts';

const state = (description: string, at: number) =>
  stageAt(at, { description, lastUpdatedDate: new Date(at) });
const [one, two, three] = [state('one', 1), state('two', 11), state('three', 21)] as const;

const GRACE = 'arn:aws:iam::111122223333:user/grace';
const QUARTER_MS = 15 * 60_000;

/** An event of a change of a stage; null: that names none. */
const eventAt = (at: number, stageName: string | null = 'prod', actor = GRACE) => ({
  ...address,
  id: `event ${at} ${stageName ?? ''}`,
  stageName,
  at: new Date(at),
  actor,
  requestId: null,
});

/** Who made changes by other tools, on either database. */
// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeActors(open: () => Promise<TestTables>): void {
  let tables: TestTables;
  let history: History;
  let events: ReturnType<typeof createEventStore>;
  beforeAll(async () => {
    tables = await open();
  });
  beforeEach(async () => {
    await clearTables(tables);
    history = historyOn(tables);
    events = createEventStore(tables, () => false);
    await history.observe(saw([1, 2], one));
  });
  const actors = async () =>
    (await allEntries(history)).toReversed().map(({ source, actor }) => `${source} ${actor ?? '-'}`);

  describe('the actor of a change by another tool', () => {
    test.each(['prod', null])('is that of an event that came before any read saw it (%s)', async (name) => {
      await events.add([eventAt(11, name)]);
      await history.observe(saw([12, 13], two));
      expect(await actors()).toEqual([`OBSERVED ${GRACE}`]);
    });

    test.each(['prod', null])('is that of an event that comes after a read saw it (%s)', async (name) => {
      await history.observe(saw([12, 13], two));
      expect(await actors()).toEqual(['OBSERVED -']);
      await events.add([eventAt(11, name)]);
      expect(await actors()).toEqual([`OBSERVED ${GRACE}`]);
    });

    test('is not known if the change is seen later than 15 minutes after it, or the event is of another stage', async () => {
      await events.add([eventAt(11), eventAt(12, 'dev')]);
      await history.observe(saw([12 + QUARTER_MS, 13 + QUARTER_MS], two));
      expect(await actors()).toEqual(['OBSERVED -']);
    });

    test('is that of the first change after the event', async () => {
      await events.add([eventAt(11)]);
      await history.observe(saw([12, 13], two));
      await history.observe(saw([22, 23], three));
      expect(await actors()).toEqual([`OBSERVED ${GRACE}`, 'OBSERVED -']);
    });

    test('goes with an entry that was a change of this gateway', async () => {
      await events.add([eventAt(11)]);
      await history.observe(saw([12, 13], two));
      await record(history, changed([10, 14], one, two));
      expect(await actors()).toEqual(['GATEWAY -']);
    });

    test('stays with an entry that is written anew, also when the event is not known any more', async () => {
      // The clock of the process that changed it is ahead: what was seen is after it by AWS's date.
      await record(history, changed([3, 50], one, two));
      await history.observe(saw([20, 21], three));
      await events.add([eventAt(20)]);
      expect(await actors()).toEqual(['GATEWAY -', `OBSERVED ${GRACE}`]);
      await tables.db.deleteFrom('events').execute();
      await record(history, changed([60, 61], three, state('four', 31)));
      expect(await actors()).toEqual(['GATEWAY -', `OBSERVED ${GRACE}`, 'GATEWAY -']);
    });

    test('is stored once: a repeated event is known', async () => {
      expect(await events.add([eventAt(11)])).toBe(true);
      expect(await events.add([eventAt(11)])).toBe(false);
      expect(await events.add([eventAt(11), eventAt(12)])).toBe(true);
    });
  });
}
