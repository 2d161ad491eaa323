import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { z } from 'zod';
import { createLogger } from '../src/app/logger.ts';
import { type MemoryDatabase, openDatabase } from '../src/memory/database/database.ts';
import { type MeasuredInventory, measureQueries } from './inventory-queries.ts';
import { createRows, type Size, targetsOf } from './inventory-rows.ts';

// A process of its own, so that its memory can be measured: fills a database, and measures the inventory's queries.

const rowsAtOnce = 150;
const location = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('memory') }),
  z.object({ kind: z.literal('sqlite'), path: z.string() }),
  z.object({ kind: z.literal('postgres'), url: z.string() }),
]);
const task = z.object({
  location,
  size: z.object({ accounts: z.number(), apisPerTarget: z.number() }),
  count: z.number(),
});

async function fill({ db }: MemoryDatabase, size: Size): Promise<void> {
  const rowsOf = createRows();
  for (const [index, target] of targetsOf(size).entries()) {
    const { stages, apis } = rowsOf(target, index * size.apisPerTarget, size);
    for (let start = 0; start < stages.length; start += rowsAtOnce)
      await db
        .insertInto('stages')
        .values(stages.slice(start, start + rowsAtOnce))
        .execute();
    for (let start = 0; start < apis.length; start += rowsAtOnce)
      await db
        .insertInto('rest_apis')
        .values(apis.slice(start, start + rowsAtOnce))
        .execute();
  }
}

async function bytesOf({ db, dialect }: MemoryDatabase): Promise<number> {
  const of = {
    sqlite: sql<{
      bytes: number;
    }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`,
    postgres: sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`,
  };
  const { rows } = await of[dialect].execute(db);
  return Number(rows[0]?.bytes);
}

function rss(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

const { positionals } = parseArgs({ allowPositionals: true });
const { location: at, size, count } = task.parse(JSON.parse(positionals[0] ?? ''));
const database = await openDatabase({
  location: at,
  logger: createLogger('silent', process.stderr),
  timeoutMs: 60_000,
});
const rssBefore = rss();
const begin = performance.now();
await fill(database, size);
// As PostgreSQL does by itself a minute later.
if (database.dialect === 'postgres') await sql`vacuum analyze`.execute(database.db);
const fillMs = performance.now() - begin;
const queries = await measureQueries(database, size, count);
const measured: MeasuredInventory = {
  ...queries,
  fillMs,
  bytes: await bytesOf(database),
  rssBefore,
  rssAfter: rss(),
};
process.stdout.write(JSON.stringify(measured));
await database.close();
