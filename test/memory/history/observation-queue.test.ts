import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { DatabaseUnavailable } from '../../../src/memory/database/unavailable.ts';
import {
  createObservationQueue,
  type IdentifiedChange,
  type Observation,
  type ObservationQueue,
  type QueueOptions,
} from '../../../src/memory/history/index.ts';
import {
  changed,
  listed,
  saw,
  sawAllApis,
  sawApis,
  sawNoApi,
  sawNone,
  stageAt,
  target,
} from '../../support/history-world.ts';

/** A database that answers as it is told: it counts what is written. */
function fakeHistory() {
  const written: (Observation | IdentifiedChange)[] = [];
  let failure: Error | undefined;
  let gate = Promise.resolve();
  const write = async (item: Observation | IdentifiedChange): Promise<void> => {
    await gate;
    if (failure !== undefined) throw failure;
    written.push(item);
  };
  return {
    observe: write,
    record: write,
    written: () => written.map((item) => ('kind' in item ? item.kind : 'change')),
    observations: () => written.filter((item): item is Observation => 'kind' in item),
    ids: () => written.flatMap((item) => ('id' in item ? [item.id] : [])),
    failWith(error: Error | undefined) {
      failure = error;
    },
    /** Writes wait until it is called again. */
    hold(): () => void {
      let release = (): void => undefined;
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

const away = new DatabaseUnavailable('away', 'test');
let queues: ObservationQueue[] = [];
afterEach(() => {
  for (const queue of queues) queue.close();
  queues = [];
});

function start(options: Partial<QueueOptions> = {}) {
  const history = fakeHistory();
  const failed = jest.fn();
  // It ends only when the queue is flushed or closed.
  const pause = (_: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const queue = createObservationQueue({ history, failed, pause, changeMs: 10_000, ...options });
  queues.push(queue);
  return { history, queue, failed };
}

const one = stageAt(1);
const ofApi = (restApiId: string, observation: Observation): Observation =>
  'restApiId' in observation ? { ...observation, restApiId } : observation;

test('observations are written in order, each once', async () => {
  const { history, queue } = start();
  const given = [
    sawApis([1, 2], { petstore01: 'Petstore' }),
    listed([3, 4], [one]),
    sawAllApis([1, 5], 'petstore01'),
  ];
  for (const observation of given) queue.observe(observation);
  expect(await queue.flush()).toBe(true);
  expect(history.observations()).toEqual(given);
});

test('changes go before observations that wait, and say that they are stored', async () => {
  const { history, queue } = start();
  const release = history.hold();
  queue.observe(sawAllApis([1, 2]));
  queue.observe(listed([1, 2], [one]));
  const stored = queue.record(changed([1, 2], one, one));
  release();
  expect(await stored).toBe('STORED');
  await queue.flush();
  expect(history.written()).toEqual(['allApis', 'change', 'stages']);
});

describe('of one API the newest counts', () => {
  const writtenOf = async (...given: Observation[]): Promise<Observation[]> => {
    const { history, queue } = start();
    const release = history.hold();
    queue.observe(sawAllApis([1, 2]));
    for (const observation of given) queue.observe(observation);
    release();
    await queue.flush();
    return history.observations().slice(1);
  };
  const [older, newer] = [listed([1, 2], [one]), listed([3, 4], [one])];

  test.each([
    ['a list replaces an older one', [older, newer], [newer]],
    ['a list that comes late does not', [newer, older], [newer]],
    ['that the API is missing replaces its list', [older, sawNoApi([3, 4])], [sawNoApi([3, 4])]],
    ['a stage that was seen before the list was sent goes', [saw([1, 2], one), newer], [newer]],
    ['a stage that was seen later stays', [newer, saw([5, 6], one)], [newer, saw([5, 6], one)]],
    ['a stage replaces itself', [saw([1, 2], one), sawNone([3, 4])], [sawNone([3, 4])]],
    [
      'stages are apart, the older first',
      [saw([3, 4], one), sawNone([1, 2], 'dev')],
      [sawNone([1, 2], 'dev'), saw([3, 4], one)],
    ],
  ])('%s', async (_, given, expected) => {
    expect(await writtenOf(...given)).toEqual(expected);
  });

  test('APIs and targets are apart', async () => {
    const other: Observation = { ...newer, target: { ...target, account: '444455556666' } };
    const given = [newer, ofApi('orders0002', newer), other];
    expect(await writtenOf(...given)).toEqual(given);
  });
});

test('of too many observations those of the API that waits for longest are dropped, and counted', async () => {
  const { history, queue } = start({ maxObservations: 2 });
  history.failWith(away);
  for (const id of ['a', 'b', 'c', 'd']) queue.observe(ofApi(id, listed([1, 2], [one])));
  expect(await queue.flush()).toBe(false);
  history.failWith(undefined);
  expect(await queue.flush()).toBe(true);
  const { droppedObservations } = queue.state();
  expect(history.observations()).toHaveLength(4 - droppedObservations);
  expect(droppedObservations).toBeGreaterThan(0);
  expect(history.observations().at(-1)).toMatchObject({ restApiId: 'd' });
});

describe('what waits is bounded', () => {
  const named = (count: number) => Array.from({ length: count }, (_, index) => `stage${index}`);

  test('by the number of stages, also of one API', async () => {
    const { history, queue } = start({ maxObservations: 10 });
    history.failWith(away);
    for (const stageName of named(100)) queue.observe(sawNone([1, 2], stageName));
    await queue.flush();
    history.failWith(undefined);
    await queue.flush();
    expect(history.observations().length).toBeLessThanOrEqual(11);
    expect(history.observations().length + queue.state().droppedObservations).toBe(100);
  });

  test('by the size of observations', async () => {
    const { history, queue } = start({ maxBytes: 100_000 });
    history.failWith(away);
    const large = stageAt(1, { description: 'x'.repeat(20_000) });
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
      queue.observe(ofApi(id, listed([1, 2], [large])));
    await queue.flush();
    history.failWith(undefined);
    await queue.flush();
    const { droppedObservations } = queue.state();
    expect(droppedObservations).toBeGreaterThan(0);
    expect(history.observations()).toHaveLength(8 - droppedObservations);
    expect(history.observations()).toContainEqual(expect.objectContaining({ restApiId: 'h' }));
  });

  test('by the size of changes, which have room again when they are written', async () => {
    const { history, queue } = start({ maxBytes: 100_000, changeMs: 1 });
    history.failWith(away);
    const large = () =>
      queue.record(changed([1, 2], stageAt(1, { description: 'x'.repeat(25_000) }), undefined));
    expect([await large(), await large()]).toEqual(['PENDING', 'LOST']);
    history.failWith(undefined);
    await queue.flush();
    history.failWith(away);
    expect([await large(), await large()]).toEqual(['PENDING', 'LOST']);
  });
});

test('the write in progress is counted', async () => {
  const { history, queue } = start();
  const release = history.hold();
  void queue.record(changed([1, 2], one, one));
  queue.observe(listed([1, 2], [one]));
  await Promise.resolve();
  expect(queue.state()).toMatchObject({ changes: 1, apis: 1 });
  release();
  await queue.flush();
  expect(queue.state()).toMatchObject({ changes: 0, apis: 0 });
});

describe('while the database is not available', () => {
  test('a change is answered after its time, and written once the database is back', async () => {
    const { history, queue } = start({ changeMs: 1 });
    history.failWith(away);
    expect(await queue.record(changed([1, 2], one, one))).toBe('PENDING');
    expect(await queue.flush()).toBe(false);
    expect(queue.state()).toMatchObject({ changes: 1, droppedChanges: 0 });
    history.failWith(undefined);
    expect(await queue.flush()).toBe(true);
    expect(history.written()).toEqual(['change']);
    expect(queue.state().changes).toBe(0);
  });

  test('a change keeps its id from one attempt to the next', async () => {
    const { history, queue } = start({ changeMs: 1 });
    const ids: string[] = [];
    const { record } = history;
    history.record = (item) => {
      if ('id' in item) ids.push(item.id);
      return record(item);
    };
    history.failWith(away);
    await queue.record(changed([1, 2], one, one));
    history.failWith(undefined);
    await queue.flush();
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(history.ids()).toEqual([ids[0]]);
  });

  test('changes beyond the bound are counted, not kept, and that is said once', async () => {
    const { history, queue, failed } = start({ changeMs: 1, maxChanges: 1 });
    history.failWith(away);
    await queue.record(changed([1, 2], one, one));
    expect(await queue.record(changed([3, 4], one, one))).toBe('LOST');
    expect(await queue.record(changed([5, 6], one, one))).toBe('LOST');
    expect(queue.state()).toMatchObject({ changes: 1, droppedChanges: 2 });
    expect(failed).toHaveBeenCalledTimes(1);
  });

  test('what fails for ever does not keep others waiting', async () => {
    const { history, queue } = start({ changeMs: 1 });
    history.record = () => Promise.reject(away);
    await queue.record(changed([1, 2], one, one));
    queue.observe(listed([1, 2], [one]));
    await queue.flush();
    await queue.flush();
    expect(history.written()).toEqual(['stages']);
  });

  test('an observation is kept, unless a newer one has come', async () => {
    const { history, queue } = start();
    history.failWith(away);
    queue.observe(listed([1, 2], [one]));
    await queue.flush();
    queue.observe(listed([3, 4], [one]));
    history.failWith(undefined);
    await queue.flush();
    expect(history.observations()).toEqual([listed([3, 4], [one])]);
  });
});

test('what can never be written is dropped, reported and counted', async () => {
  const { history, queue, failed } = start();
  history.failWith(new Error('a mistake'));
  const stored = queue.record(changed([1, 2], one, one));
  queue.observe(listed([1, 2], [one]));
  expect(await queue.flush()).toBe(true);
  expect(await stored).toBe('LOST');
  expect(failed).toHaveBeenCalledTimes(2);
  expect(queue.state()).toMatchObject({ changes: 0, apis: 0, droppedChanges: 1 });
});

test('a closed queue writes nothing more, and says so', async () => {
  const { history, queue } = start({ changeMs: 1 });
  history.failWith(away);
  await queue.record(changed([1, 2], one, one));
  queue.close();
  history.failWith(undefined);
  expect(await queue.record(changed([3, 4], one, one))).toBe('LOST');
  expect(await queue.flush()).toBe(false);
  expect(history.written()).toEqual([]);
});

test('flushing waits for what was there, not for what comes meanwhile', async () => {
  const { history, queue } = start();
  const { observe } = history;
  let more = 0;
  history.observe = async (item) => {
    more += 1;
    if (more < 100) queue.observe(ofApi(`api${more}`, listed([1, 2], [one])));
    await observe(item);
  };
  queue.observe(listed([1, 2], [one]));
  expect(await queue.flush()).toBe(true);
  expect(more).toBeLessThan(10);
});

test('flushing an empty queue is done at once', async () => {
  expect(await start().queue.flush()).toBe(true);
});
