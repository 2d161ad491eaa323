import { test } from '@jest/globals';
import { sqlitePath } from '../../support/database.ts';
import { expectNothingLost, LONGEST_MS } from '../../support/kills.ts';

// Hundreds of them: test/postgres/kills.test.ts.
const some = { databases: 3, kills: 10 };

test(
  'a process that is killed at any moment loses no acknowledged change, and leaves a file that opens as it is',
  () => expectNothingLost({ createUrl: () => Promise.resolve(`sqlite:${sqlitePath()}`), ...some }),
  LONGEST_MS,
);
