import { describe, test } from '@jest/globals';
import { sqlitePath } from '../support/database.ts';
import { expectNothingLost, LONGEST_MS } from '../support/kills.ts';
import { startPostgres } from '../support/postgres.ts';

const hundreds = { databases: 10, kills: 12 };

describe('hundreds of processes that are killed at any moment lose no acknowledged change', () => {
  test(
    'on SQLite',
    () => expectNothingLost({ createUrl: () => Promise.resolve(`sqlite:${sqlitePath()}`), ...hundreds }),
    LONGEST_MS,
  );

  test(
    'on PostgreSQL',
    async () => {
      const server = await startPostgres();
      await expectNothingLost({ createUrl: () => server.createDatabase(), ...hundreds });
    },
    LONGEST_MS,
  );
});
