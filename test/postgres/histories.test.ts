import { beforeAll, test } from '@jest/globals';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { expectNoViolations, LONGEST_MS } from '../support/seeded-histories.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres(['max_connections=200']);
});

test(
  'whatever is lost, paused or restarted: every acknowledged change has one entry, and none of ours counts as seen',
  () => expectNoViolations('server', () => server.createDatabase()),
  LONGEST_MS,
);
