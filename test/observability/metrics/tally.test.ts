import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createInstruments } from '../../../src/observability/metrics/instruments.ts';
import { createTally } from '../../../src/observability/metrics/tally.ts';

const drain = (tally: ReturnType<typeof createTally<'kind' | 'outcome'>>) => {
  const counts: (readonly [object, number])[] = [];
  tally.drain((labels, count) => counts.push([labels, count]));
  return counts;
};

test('a tally counts by all of its labels, reports each count once, and starts again at zero', () => {
  const tally = createTally(['kind', 'outcome']);
  tally.count('stages', 'hit');
  tally.count('stages', 'hit');
  tally.count('stages', 'miss');
  tally.count('restApi', 'hit');
  expect(drain(tally)).toEqual([
    [{ kind: 'stages', outcome: 'hit' }, 2],
    [{ kind: 'stages', outcome: 'miss' }, 1],
    [{ kind: 'restApi', outcome: 'hit' }, 1],
  ]);
  expect(drain(tally)).toEqual([]);
  tally.count('stages', 'hit');
  expect(drain(tally)).toEqual([[{ kind: 'stages', outcome: 'hit' }, 1]]);
});

test('a removed count is not reported', async () => {
  const registry = new Registry();
  const counter = createInstruments(registry).counter('reads', 'Reads.', 'kind', 'outcome');
  counter.inc('stages', 'hit');
  counter.inc('stages', 'miss');
  counter.inc('restApi', 'hit');
  counter.remove({ kind: 'stages', outcome: 'hit' });
  counter.remove({ kind: 'restApi', outcome: 'hit' });
  counter.remove({ kind: 'unheard', outcome: 'of' });
  const [metric] = await registry.getMetricsAsJSON();
  expect(metric?.values).toEqual([{ labels: { kind: 'stages', outcome: 'miss' }, value: 1 }]);
});
