import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { MemoryDatabase } from '../../../src/memory/database/database.ts';
import { createMetrics } from '../../../src/observability/metrics/metrics.ts';
import { openTestDatabase, sqlitePath, unavailability, writeSetting } from '../../support/database.ts';

async function scrape(database: MemoryDatabase | undefined, queued = 0) {
  const text = await createMetrics({
    version: '1.2.3',
    limiters: () => [],
    database:
      database === undefined
        ? undefined
        : {
            ...database,
            queued: () => queued,
            events: () => ({ waiting: 2, dropped: 1 }),
          },
  }).print();
  return Object.fromEntries(
    [...text.matchAll(/^stagegraph_((?:database|aws_events)_\w+) (\S+)$/gm)].map(([, name = '', value]) => [
      name,
      Number(value),
    ]),
  );
}

test('the metrics of the database tell whether it is up, what waits, and its size', async () => {
  const database = await openTestDatabase(`sqlite:${sqlitePath()}`);
  expect(await scrape(database, 3)).toEqual({
    database_up: 1,
    database_outages_total: 0,
    database_queue_length: 3,
    aws_events_waiting: 2,
    aws_events_dropped_total: 1,
    database_bytes: database.bytes(),
  });
  await sql`pragma query_only = on`.execute(database.db);
  expect(await unavailability(writeSetting(database, 'a'))).toBe('read-only');
  expect(await scrape(database)).toMatchObject({ database_up: 0, database_outages_total: 1 });
});

test('without a database there are none', async () => {
  expect(await scrape(undefined)).toEqual({});
});
