import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createLogger } from '../src/app/logger.ts';
import { targetId } from '../src/fleet/target.ts';
import type { DatabaseLocation } from '../src/memory/database/backend.ts';
import { type MemoryDatabase, openDatabase } from '../src/memory/database/database.ts';
import { SearchTooSlow } from '../src/memory/database/unavailable.ts';
import { createHistory, type HistoryFilter } from '../src/memory/history/index.ts';
import { createStageCodec, createValueCipher } from '../src/memory/stages/index.ts';
import { accounts, fillHistory, newestEntry } from './history-rows.ts';
import { targetsOf } from './inventory-rows.ts';
import { quantile } from './numbers.ts';

const pageSize = 50;
export const atOnce = 15;
const year = 365 * 24 * 3600_000;
const oneTarget = ['100000000001/eu-central-1'];

/** Of all targets by default. Most have few hits, or none. */
const workloads: readonly (Partial<HistoryFilter> & { readonly name: string })[] = [
  { name: 'all, the newest' },
  { name: 'one target', targets: oneTarget },
  { name: 'one API', restApiIds: ['a000000001'] },
  { name: 'by a person', by: ['ada@example.com'] },
  { name: 'by *@example.com', by: ['*@example.com'] },
  { name: 'by *@example.com, with actors', by: ['*@example.com'], seesActors: true },
  { name: 'by nobody, with actors', by: ['nobody'], seesActors: true },
  { name: 'stage name blue-*', stageNames: ['blue-*'] },
  { name: 'a part that few change', parts: ['CLIENT_CERTIFICATE'] },
  { name: 'one target, a part that few change', targets: oneTarget, parts: ['CLIENT_CERTIFICATE'] },
  { name: 'a source without entries', sources: ['BASELINE'] },
  {
    name: 'since a year, a pipeline, no such stage',
    since: new Date(newestEntry - year),
    by: ['pipeline-7'],
    stageNames: ['none*'],
  },
];

export interface HistoryTimes {
  readonly name: string;
  /** On the page. */
  readonly entries: number;
  readonly p50: number;
  readonly p95: number;
}

function historyOf(database: MemoryDatabase) {
  const key = randomBytes(32);
  const codec = createStageCodec({ cipher: createValueCipher([]), fingerprintKey: () => key });
  const limits = { maxAgeMs: Infinity, maxEntries: Infinity };
  return createHistory({ ...database, codec, methodsOf: () => undefined, limits });
}

async function timed(ms: number[], work: () => Promise<unknown>): Promise<void> {
  const begin = performance.now();
  await work();
  ms.push(performance.now() - begin);
}

const timesOf = (name: string, entries: number, ms: readonly number[]): HistoryTimes => ({
  ...{ name, entries, p50: quantile(ms, 0.5), p95: quantile(ms, 0.95) },
});

/** Writes one value after the other until `isOver`. */
async function write({ db }: MemoryDatabase, ms: number[], isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n += 1) {
    await timed(ms, () =>
      db
        .insertInto('settings')
        .values({ name: `bench-${n}`, value: '' })
        .execute(),
    );
    await timed(ms, () => db.deleteFrom('settings').where('name', '=', `bench-${n}`).execute());
  }
}

/** Each search at once with others like it, after a round that fills caches; and what writes take meanwhile. */
async function measureSearches(database: MemoryDatabase, rounds: number) {
  const history = historyOf(database);
  const targets = targetsOf({ accounts, apisPerTarget: 0 }).map(targetId);
  const searches: HistoryTimes[] = [];
  const writes: number[] = [];
  let ended = 0;
  let isOver = false;
  const writing = write(database, writes, () => isOver);
  for (const { name, ...filter } of workloads) {
    const ms: number[] = [];
    let entries = 0;
    const search = async () => {
      try {
        entries = (await history.page({ targets, ...filter }, pageSize)).entries.length;
      } catch (error) {
        if (!(error instanceof SearchTooSlow)) throw error;
        ended += 1;
      }
    };
    for (let round = 0; round <= rounds; round += 1) {
      const times = round === 0 ? [] : ms;
      await Promise.all(Array.from({ length: atOnce }, () => timed(times, search)));
    }
    searches.push(timesOf(name, entries, ms));
  }
  isOver = true;
  await writing;
  return { searches, ended, writes: timesOf('a write meanwhile', writes.length, writes) };
}

/** As PostgreSQL does by itself a minute later; if it has begun, this waits for it. */
async function vacuum(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('vacuum analyze history');
  await client.end();
}

/** Fills a database with a history, and measures searches of it. */
export async function measureHistory(location: DatabaseLocation, entries: number, rounds: number) {
  const database = await openDatabase({ location, logger: createLogger('silent', process.stderr) });
  await fillHistory(database.within(60_000), entries);
  if (location.kind === 'postgres') await vacuum(location.url);
  const measured = await measureSearches(database, rounds);
  const { outages } = database.status();
  await database.close();
  return { ...measured, outages };
}
