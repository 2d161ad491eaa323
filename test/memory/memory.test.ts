import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import type { PastState } from '../../src/memory/history/index.ts';
import { createStageMemory } from '../../src/memory/memory.ts';
import { openTestDatabase, sqlitePath } from '../support/database.ts';
import { historyOn, record, changed, stageAt, story, target } from '../support/history-world.ts';
import { openTestMemory } from '../support/memory.ts';

test('what has expired while no process ran is removed at the start', async () => {
  const url = `sqlite:${sqlitePath()}`;
  const database = await openTestDatabase(url);
  const history = historyOn(database);
  await record(history, changed([10, 12], stageAt(1), stageAt(2, { description: 'two' })));
  expect(await story(history)).toHaveLength(1);
  await database.close();
  const memory = await openTestMemory(url, { retentionMs: 1000 });
  while ((await story(historyOn(memory.database))).length > 0) await sleep(5);
  expect(memory.database.status().outages).toBe(0);
});

const PAST = { state: {}, unknown: { variables: [], overrides: [] } } as unknown as PastState;

/** A memory whose queue is written so, and whose database knows this. */
const memoryWith = (flush: () => Promise<boolean>, stored: PastState | undefined) =>
  createStageMemory({
    queue: { flush } as never,
    history: { stateAt: () => Promise.resolve(stored && (() => stored)) } as never,
    reads: undefined as never,
    observe: undefined as never,
    newRequestId: () => undefined,
  });

describe('a stage as it was, while what was seen of it still has to be stored', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const never = () => new Promise<boolean>(() => undefined);
  const stored = () => Promise.resolve(true);
  const failed = () => Promise.resolve(false);

  /** What is answered a second after the question; undefined: the revision is not known. */
  async function answer(flush: () => Promise<boolean>, state: PastState | undefined) {
    const key = { restApiId: 'petstore01', stageName: 'prod' };
    const values = { variables: new Map<string, string>(), overrides: new Map<string, string>() };
    let settled: unknown = 'waits';
    void memoryWith(flush, state)
      .stateAt(target, key, 'revision')
      .then(
        (past) => (settled = past?.(values)),
        (error: unknown) => (settled = error instanceof GraphQLError ? error.extensions.code : error),
      );
    await jest.advanceTimersByTimeAsync(1000);
    return settled;
  }

  test.each([
    ['stored, and known', stored, PAST, PAST],
    ['stored, and not known', stored, undefined, undefined],
    ['not stored in time, but known', never, PAST, PAST],
    ['not stored in time, and not known', never, undefined, 'STORAGE_UNAVAILABLE'],
    ['not stored, and not known', failed, undefined, 'STORAGE_UNAVAILABLE'],
  ])('%s', async (_, flush, state, expected) => {
    expect(await answer(flush, state)).toBe(expected);
  });
});
