import { expect, test } from '@jest/globals';
import { createTally } from '../../../src/observability/metrics/tally.ts';

const taken = (tally: ReturnType<typeof createTally<'kind' | 'outcome'>>) => {
  const found: (readonly [object, number])[] = [];
  tally.take((labels, count) => found.push([labels, count]));
  return found;
};

test('a tally counts by all of its labels, tells each count once, and begins anew', () => {
  const tally = createTally(['kind', 'outcome']);
  tally.count('stages', 'hit');
  tally.count('stages', 'hit');
  tally.count('stages', 'miss');
  tally.count('restApi', 'hit');
  expect(taken(tally)).toEqual([
    [{ kind: 'stages', outcome: 'hit' }, 2],
    [{ kind: 'stages', outcome: 'miss' }, 1],
    [{ kind: 'restApi', outcome: 'hit' }, 1],
  ]);
  expect(taken(tally)).toEqual([]);
  tally.count('stages', 'hit');
  expect(taken(tally)).toEqual([[{ kind: 'stages', outcome: 'hit' }, 1]]);
});

test('what is dropped is not told', () => {
  const tally = createTally(['kind', 'outcome']);
  tally.count('stages', 'hit');
  tally.count('stages', 'miss');
  tally.count('restApi', 'hit');
  tally.drop({ kind: 'stages', outcome: 'hit' });
  tally.drop({ kind: 'restApi', outcome: 'hit' });
  tally.drop({ kind: 'unheard', outcome: 'of' });
  expect(taken(tally)).toEqual([[{ kind: 'stages', outcome: 'miss' }, 1]]);
});
