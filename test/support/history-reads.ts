import { beforeEach, describe, expect, test } from '@jest/globals';
import type { StageModel } from '../../src/datasources/stages/wire/model.ts';
import { DRIFT, DRIFT_OF_VALUES } from '../../src/memory/database/drift-kind.ts';
import type { History, HistoryFilter } from '../../src/memory/history/index.ts';
import { storedKey } from '../../src/memory/stages/index.ts';
import {
  address,
  allEntries,
  author,
  changed,
  historyOn,
  key,
  listed,
  oneKey,
  rawRows,
  record,
  saw,
  sawNone,
  stageAt,
  story,
  targetName,
  type TestTables,
  type WorldOptions,
} from './history-world.ts';

const of = (description: string, at: number, more: Parameters<typeof stageAt>[1] = {}) =>
  stageAt(at, { description, lastUpdatedDate: new Date(at), ...more });

const withSecrets = (value: string, at: number): StageModel =>
  of('one', at, {
    variables: { backend: `variable-${value}` },
    canarySettings: { deploymentId: 'dep002', stageVariableOverrides: { backend: `override-${value}` } },
  });

const [one, two, three] = [of('one', 1), of('two', 11), of('three', 21)] as const;

/** What is read of the history, on either database. */

// One closure: all tests are of the same tables.

// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeReads(open: () => TestTables): void {
  let tables: TestTables;
  let history: History;
  const on = (options: WorldOptions): History => historyOn(tables, options);
  beforeEach(() => {
    tables = open();
    history = historyOn(tables);
  });

  const idsOf = async (filter: Partial<HistoryFilter>): Promise<string[]> => {
    const { entries } = await history.page({ targets: [targetName], ...filter }, 100);
    return entries.map(({ id }) => id.replace(/^0+/, ''));
  };

  test('a text with NUL, which no stored one has, is equal to none', async () => {
    await history.observe(saw([1, 2], one));
    expect(await idsOf({ restApiIds: ['a\0b'] })).toEqual([]);
    expect(await idsOf({ stageNames: ['a\0b'] })).toEqual([]);
    expect((await history.stateAt(address, 'a\0b'))?.()).toBeUndefined();
  });

  describe('pages', () => {
    const stored = async (): Promise<void> => {
      const change = (id: string, at: number, stageName: string, before: string, after: string) =>
        history.record({
          ...changed(
            [at, at],
            of(before, at - 5, { stageName }),
            of(after, at, { stageName, tags: after === 'tagged' ? { team: 'pets' } : {} }),
          ),
          stageName,
          by: { a: 'ann', b: 'bob*', c: null, d: 'Ann' }[id] ?? null,
          id: id.padStart(32, '0'),
        });
      await change('a', 10, 'prod', 'one', 'two');
      await change('b', 20, 'pro%', 'one', 'two');
      await change('c', 20, 'PROD', 'one', 'tagged');
      await change('d', 30, 'prod', 'two', 'tagged');
    };

    test('are newest first, each cursor leading to the next', async () => {
      await stored();
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const { entries, hasNextPage } = await history.page({ targets: [targetName] }, 1, after);
        seen.push(...entries.map(({ id }) => id.slice(-1)));
        after = hasNextPage ? entries.at(-1)?.cursor : undefined;
      } while (after !== undefined);
      expect(seen).toEqual(['d', 'c', 'b', 'a']);
    });

    test.each<[string, Partial<HistoryFilter>, string[]]>([
      ['no target', { targets: [] }, []],
      ['another target', { targets: ['111122223333/us-east-1'] }, []],
      ['several targets', { targets: ['111122223333/us-east-1', targetName] }, ['d', 'c', 'b', 'a']],
      ['an API', { restApiIds: ['petstore01'] }, ['d', 'c', 'b', 'a']],
      ['no API', { restApiIds: [] }, []],
      ['another API: ids take no pattern', { restApiIds: ['petstore*'] }, []],
      ['a stage', { stageNames: ['prod'] }, ['d', 'a']],
      ['a pattern, in which nothing but * is special', { stageNames: ['pro%', 'P*D'] }, ['c', 'b']],
      ['all names', { stageNames: ['*'] }, ['d', 'c', 'b', 'a']],
      ['who changed it', { by: ['ann'] }, ['a']],
      ['whoever changed it by a token', { by: ['*'] }, ['d', 'b', 'a']],
      ['a source', { sources: ['OBSERVED', 'BASELINE'] }, []],
      ['sources', { sources: ['GATEWAY'] }, ['d', 'c', 'b', 'a']],
      ['a part', { parts: ['TAGS'] }, ['d', 'c']],
      ['parts', { parts: ['TAGS', 'DESCRIPTION'] }, ['d', 'c', 'b', 'a']],
      ['since, which counts itself', { since: new Date(20) }, ['d', 'c', 'b']],
      ['until, which does not', { until: new Date(20) }, ['a']],
      ['several at once', { stageNames: ['prod'], parts: ['TAGS'], since: new Date(11) }, ['d']],
    ])('of %s', async (_, filter, expected) => {
      await stored();
      expect(await idsOf(filter)).toEqual(expected);
    });

    test.each([
      '',
      'x',
      Buffer.from('history:1').toString('base64url'),
      Buffer.from('["NAME",1]').toString('base64url'),
    ])('refuse %j as a cursor', async (cursor) => {
      await expect(history.page({ targets: [targetName] }, 1, cursor)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
    });
  });

  describe('values of variables', () => {
    const operations = [
      { op: 'replace', path: '/variables/backend', value: 'operation-two', from: null },
      { op: 'replace', path: '/description', value: 'plain', from: null },
      { op: 'remove', path: '/variables/old', value: null, from: null },
    ];
    const change = async (to: History): Promise<void> => {
      await to.observe(saw([1, 2], withSecrets('one', 1)));
      await record(
        to,
        changed([10, 12], withSecrets('one', 1), withSecrets('two', 11), { patchOperations: operations }),
      );
    };

    test('are known beside the redacted change', async () => {
      await change(history);
      const [entry] = await allEntries(history);
      expect(entry?.changes).toEqual([
        {
          part: 'VARIABLES',
          kind: 'CHANGED',
          path: ['variables', 'backend'],
          before: null,
          after: null,
          redacted: true,
          known: { before: 'variable-one', after: 'variable-two' },
        },
        {
          part: 'CANARY_SETTINGS',
          kind: 'CHANGED',
          path: ['canarySettings', 'stageVariableOverrides', 'backend'],
          before: null,
          after: null,
          redacted: true,
          known: { before: 'override-one', after: 'override-two' },
        },
      ]);
      expect(entry?.patchOperations).toEqual([
        {
          op: 'replace',
          path: '/variables/backend',
          value: null,
          from: null,
          redacted: true,
          known: 'operation-two',
        },
        {
          op: 'replace',
          path: '/description',
          value: 'plain',
          from: null,
          redacted: false,
          known: undefined,
        },
        { op: 'remove', path: '/variables/old', value: null, from: null, redacted: false, known: undefined },
      ]);
    });

    test.each([
      ['with a key', [oneKey]],
      ['without one', []],
    ])('are in no row %s', async (_, keys) => {
      const own = on({ keys });
      await change(own);
      await own.recordBaseline(withSecrets('two', 11), author);
      await own.observe(saw([20, 21], withSecrets('three', 19)));
      await own.observe(sawNone([30, 31]));
      expect(await allEntries(own)).toHaveLength(4);
      expect(await rawRows(tables)).not.toMatch(/(variable|override|operation)-(one|two|three)/);
      // So that the search can find something.
      expect(await rawRows(tables)).toContain('plain');
    });

    test('show their change without a key, and nothing else', async () => {
      await change(on({ keys: [] }));
      const [entry] = await allEntries(history);
      expect(entry?.changes).toMatchObject([
        { path: ['variables', 'backend'], kind: 'CHANGED', redacted: true, known: undefined },
        { path: ['canarySettings', 'stageVariableOverrides', 'backend'], redacted: true, known: undefined },
      ]);
      expect(entry?.patchOperations[0]).toMatchObject({ redacted: true, known: undefined });
    });

    test('are not known to a process with another key', async () => {
      await change(history);
      const [entry] = await allEntries(on({ keys: [key()] }));
      expect(entry?.changes.map(({ known }) => known)).toEqual([undefined, undefined]);
    });

    test('stay known when the key is rotated, and are encrypted anew when the stage is seen', async () => {
      const next = key();
      await change(history);
      const both = on({ keys: [next, oneKey] });
      const [entry] = await allEntries(both);
      expect(entry?.changes[0]?.known).toEqual({ before: 'variable-one', after: 'variable-two' });
      await both.observe(saw([13, 14], withSecrets('two', 11)));
      const onlyNext = on({ keys: [next] });
      const current = withSecrets('two', 11).details.revision;
      expect((await onlyNext.stateAt(address, current))?.()).toMatchObject({
        unknown: { variables: [], overrides: [] },
      });
      const [old] = await allEntries(onlyNext);
      expect(old?.changes[0]?.known).toBeUndefined();
    });

    test('become known when a key is set later and the stage is seen again', async () => {
      await on({ keys: [] }).observe(saw([1, 2], withSecrets('one', 1)));
      const revision = withSecrets('one', 1).details.revision;
      const unknown = { variables: ['backend'], overrides: ['backend'] };
      expect((await history.stateAt(address, revision))?.()).toMatchObject({ unknown });
      await history.observe(saw([3, 4], withSecrets('one', 1)));
      expect((await history.stateAt(address, revision))?.()).toMatchObject({
        unknown: { variables: [], overrides: [] },
      });
    });

    test('of one entry cannot be shown as those of another', async () => {
      await change(history);
      const { secret_values } = await tables.db.selectFrom('history').selectAll().executeTakeFirstOrThrow();
      await history.observe(saw([20, 21], withSecrets('three', 19)));
      await tables.db.updateTable('history').set({ secret_values }).execute();
      const [entry] = await allEntries(history);
      expect(entry?.changes[0]).toMatchObject({ redacted: true, known: undefined });
    });
  });

  describe('a stage as it was', () => {
    test('is known at every revision that an entry names, and at the current one', async () => {
      await history.observe(saw([1, 2], one));
      await history.observe(saw([12, 13], withSecrets('two', 11)));
      const past = (await history.stateAt(address, one.details.revision))?.();
      expect(past?.state.fields.description).toBe('one');
      const now = (await history.stateAt(address, withSecrets('two', 11).details.revision))?.();
      expect(now?.state.variables).toEqual(new Map([['backend', 'variable-two']]));
      expect(now?.state.canary?.overrides).toEqual(new Map([['backend', 'override-two']]));
      expect((await history.stateAt(address, 'another'))?.()).toBeUndefined();
      expect(
        (await history.stateAt({ ...address, stageName: 'dev' }, one.details.revision))?.(),
      ).toBeUndefined();
    });

    test('is known at revisions that no entry names, because the next one did not differ', async () => {
      const dated = (at: number) => stageAt(at, { description: 'one', lastUpdatedDate: new Date(at) });
      const busy = stageAt(1, {
        description: 'one',
        lastUpdatedDate: new Date(21),
        cacheClusterStatus: 'AVAILABLE',
      });
      const read = [dated(1), dated(11), dated(21), busy, dated(21)];
      for (const [index, stage] of read.entries()) {
        await history.observe(saw([30 + 2 * index, 31 + 2 * index], stage));
      }
      // The change itself has read yet another one.
      await record(history, changed([52, 54], dated(51), of('two', 53)));
      await history.observe(saw([62, 63], of('three', 61)));
      expect(await story(history)).toHaveLength(2);
      for (const { details } of [...read, dated(51)]) {
        expect((await history.stateAt(address, details.revision))?.().state.fields.description).toBe('one');
      }
    });

    test('is known at the last hundred of such revisions, as long as entries are', async () => {
      let now = 0;
      const own = on({ now: () => now, limits: { maxAgeMs: 1000, maxEntries: 1000 } });
      const dated = (at: number) => stageAt(at, { description: 'one', lastUpdatedDate: new Date(at) });
      const knows = async (at: number) =>
        (await own.stateAt(address, dated(at).details.revision)) !== undefined;
      for (now = 1; now <= 103; now++) await own.observe(saw([2 * now, 2 * now + 1], dated(now)));
      expect([await knows(2), await knows(3), await knows(102), await knows(103)]).toEqual([
        false,
        true,
        true,
        true,
      ]);
      now = 2000;
      await own.prune();
      expect([await knows(102), await knows(103)]).toEqual([false, true]);
    });

    test('names the values that are not known', async () => {
      await on({ keys: [] }).observe(saw([1, 2], withSecrets('one', 1)));
      const past = (await history.stateAt(address, withSecrets('one', 1).details.revision))?.();
      expect(past?.unknown).toEqual({ variables: ['backend'], overrides: ['backend'] });
      expect(past?.state.variables).toEqual(new Map([['backend', '']]));
    });
  });

  test('a variable that was given is changed for who may not see values, and for others if it differed', async () => {
    const given = [['variables', 'backend']];
    const before = withSecrets('one', 1);
    await history.observe(saw([1, 2], before));
    await record(history, changed([10, 12], before, withSecrets('one', 11), { given }));
    const other = '111122223333/us-east-1';
    const both = [targetName, other];
    const found = async (filter: Partial<HistoryFilter>) =>
      (await idsOf({ parts: ['VARIABLES'], ...filter })).length;
    expect(await found({})).toBe(1);
    expect(await found({ targets: both, valuesOf: [other] })).toBe(1);
    expect(await found({ valuesOf: [targetName] })).toBe(0);
    expect(await found({ targets: both, valuesOf: [targetName] })).toBe(0);
    expect(await found({ parts: ['CANARY_SETTINGS'] })).toBe(0);
    expect(await allEntries(history)).toMatchObject([{ changes: [], given }]);
  });

  describe('a baseline', () => {
    const hasDrift = async () =>
      (await tables.db.selectFrom('stages').select('has_drift').execute()).map(({ has_drift }) => has_drift);

    test('is what drift is measured against', async () => {
      const own = on({ now: () => 7 });
      expect(await own.drifts([two])).toEqual([undefined]);
      expect(await own.recordBaseline(one, author)).toEqual({
        since: new Date(7),
        revision: one.details.revision,
      });
      expect(await own.baselines([address, { ...address, stageName: 'dev' }])).toEqual([
        { since: new Date(7), revision: one.details.revision },
        undefined,
      ]);
      expect(await own.drifts([two, stageAt(1, { stageName: 'dev' }), one])).toEqual([
        {
          since: new Date(7),
          changes: [expect.objectContaining({ path: ['description'], before: 'one', after: 'two' })],
        },
        undefined,
        { since: new Date(7), changes: [] },
      ]);
    });

    test('shows drift of values by their fingerprints, and the values where they are known', async () => {
      await history.recordBaseline(withSecrets('one', 1), author);
      const [drift] = await history.drifts([withSecrets('two', 11)]);
      expect(drift?.changes[0]).toMatchObject({
        path: ['variables', 'backend'],
        redacted: true,
        known: { before: 'variable-one', after: 'variable-two' },
      });
      const [withoutKey] = await on({ keys: [] }).drifts([withSecrets('two', 11)]);
      expect(withoutKey?.changes[0]).toMatchObject({ path: ['variables', 'backend'], known: undefined });
      const [none] = await on({ keys: [] }).drifts([withSecrets('one', 11)]);
      expect(none?.changes).toEqual([]);
    });

    test('keeps the stage’s flag right, whichever of them changes', async () => {
      await history.observe(saw([1, 2], one));
      expect(await hasDrift()).toEqual([0]);
      await history.recordBaseline(two, author);
      expect(await hasDrift()).toEqual([1]);
      await record(history, changed([10, 12], one, two));
      expect(await hasDrift()).toEqual([0]);
      await history.observe(saw([22, 23], three));
      expect(await hasDrift()).toEqual([1]);
      await history.recordBaseline(three, author);
      expect(await hasDrift()).toEqual([0]);
      await history.observe(saw([32, 33], of('four', 31)));
      expect(await hasDrift()).toEqual([1]);
      expect(await history.removeBaseline(address, author)).toBe(true);
      expect(await hasDrift()).toEqual([0]);
      expect(await history.removeBaseline(address, author)).toBe(false);
    });

    test('tells drift of nothing but values from drift that everyone may see', async () => {
      const overridden = (value: string, at: number) =>
        of('one', at, {
          canarySettings: { deploymentId: 'dep002', stageVariableOverrides: { backend: value } },
        });
      for (const [baseline, now] of [
        [withSecrets('one', 1), withSecrets('two', 11)],
        [overridden('one', 21), overridden('two', 31)],
      ] as const) {
        await history.recordBaseline(baseline, author);
        const at = now.lastUpdatedDate.getTime();
        await history.observe(saw([at + 1, at + 2], now));
        expect(await hasDrift()).toEqual([DRIFT_OF_VALUES]);
      }
      await history.observe(saw([42, 43], of('other', 41, { variables: { backend: 'x' } })));
      expect(await hasDrift()).toEqual([DRIFT]);
    });

    test('waits for a stage that is deleted and comes back', async () => {
      await history.observe(saw([1, 2], one));
      await history.recordBaseline(one, author);
      await history.observe(sawNone([3, 4]));
      await history.observe(listed([12, 13], [two]));
      expect(await hasDrift()).toEqual([1]);
    });

    test('is an entry when it is recorded and removed', async () => {
      await history.recordBaseline(one, author);
      await history.recordBaseline(two, author);
      await history.removeBaseline(address, { ...author, mutation: 'removeStageBaseline' });
      const entries = await allEntries(history);
      expect(entries).toMatchObject([
        { source: 'BASELINE', by: 'ann', mutation: 'removeStageBaseline', changes: [], revisionAfter: null },
        {
          source: 'BASELINE',
          mutation: 'recordStageBaseline',
          revisionBefore: one.details.revision,
          revisionAfter: two.details.revision,
        },
        { source: 'BASELINE', revisionBefore: null, revisionAfter: one.details.revision },
      ]);
    });
  });

  describe('retention', () => {
    const revisions = async () =>
      (await tables.db.selectFrom('stage_revisions').select('revision').execute()).map(
        ({ revision }) => revision,
      );
    const states = [1, 11, 21, 31, 41].map((at) => of(`at ${at}`, at));
    const revisionsOf = (...positions: number[]) =>
      positions.map((position) => states[position]?.details.revision).sort();

    const stored = async (own: History): Promise<void> => {
      for (const state of states) {
        const at = state.lastUpdatedDate.getTime();
        await own.observe(saw([at + 1, at + 2], state));
      }
    };

    test.each([
      ['by age', { maxAgeMs: 20, maxEntries: 100 }],
      ['by number', { maxAgeMs: 1000, maxEntries: 2 }],
    ])('removes entries %s, with the states that only they refer to', async (_, limits) => {
      const own = on({ limits, now: () => 50 });
      await stored(own);
      expect(await revisions()).toHaveLength(5);
      expect(await own.prune()).toBe(2);
      expect((await allEntries(own)).map(({ at }) => at.getTime())).toEqual([43, 33]);
      expect((await revisions()).sort()).toEqual(revisionsOf(2, 3, 4));
      expect(await own.prune()).toBe(0);
    });

    test('keeps what a baseline refers to, and the current stage', async () => {
      const own = on({ limits: { maxAgeMs: 1000, maxEntries: 0 }, now: () => 50 });
      await stored(own);
      const [first] = states;
      if (first !== undefined) await own.recordBaseline(first, author);
      expect(await own.prune()).toBe(5);
      expect((await revisions()).sort()).toEqual(revisionsOf(0, 4));
      expect(await own.drifts([states[4] ?? one])).toMatchObject([
        { changes: [{ before: 'at 1', after: 'at 41' }] },
      ]);
      await own.removeBaseline(address, author);
      expect((await own.stateAt(address, states[0]?.details.revision ?? ''))?.()).toMatchObject({
        unknown: {},
      });
    });

    test('takes many batches, if need be', async () => {
      const own = on({ limits: { maxAgeMs: 0, maxEntries: 0 }, now: () => 1_000_000 });
      const names = Array.from({ length: 450 }, (__, index) => `stage${index}`);
      await own.observe(
        listed(
          [1, 2],
          names.map((stageName) => of('one', 1, { stageName })),
        ),
      );
      await own.observe(
        listed(
          [12, 13],
          names.map((stageName) => of('two', 11, { stageName })),
        ),
      );
      const equal = names.map((revision) => ({
        ...storedKey(address),
        revision,
        same_as: 'r',
        replaced_at: 1,
      }));
      await tables.db.insertInto('equal_revisions').values(equal).execute();
      expect(await own.prune()).toBe(450);
      expect(await allEntries(own)).toEqual([]);
      expect(await tables.db.selectFrom('equal_revisions').selectAll().execute()).toEqual([]);
    });

    test('goes on from an entry that is gone', async () => {
      const own = on({ limits: { maxAgeMs: 0, maxEntries: 0 }, now: () => 1000 });
      await own.observe(saw([1, 2], one));
      await record(own, changed([10, 12], one, undefined));
      await own.prune();
      await own.observe(saw([22, 23], three));
      expect(await allEntries(own)).toMatchObject([
        { source: 'OBSERVED', changes: [{ before: 'one', after: 'three' }] },
      ]);
    });
  });
}
