import { test } from '@jest/globals';
import type { Topology } from '../support/histories.ts';
import { expectNoViolations, LONGEST_MS } from '../support/seeded-histories.ts';

test.each<Topology>(['server', 'cluster'])(
  'on a %s, whatever is lost, paused or restarted: one winner of a revision, no stale read, no call without a grant',
  (topology) => expectNoViolations(topology),
  LONGEST_MS,
);
