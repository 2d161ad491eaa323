import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MeasuredInventory, measuredInventory } from '../inventory-queries.ts';
import { type Size, stagesOf } from '../inventory-rows.ts';
import { milliseconds, size as bytes } from '../numbers.ts';
import { startPostgres } from '../postgres.ts';
import { type Workshop, withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';

/** 50 targets of 200 APIs with 3 stages. */
const full: Size = { accounts: 25, apisPerTarget: 200 };
const quick: Size = { accounts: 2, apisPerTarget: 10 };
/** For the median page with its total count, by each filter. */
const goalMs = 20;

const program = fileURLToPath(new URL('../inventory-process.ts', import.meta.url));

async function measure(workshop: Workshop, location: object, options: BenchmarkOptions) {
  const task = { location, size: options.quick ? quick : full, count: options.quick ? 5 : 200 };
  const said = await workshop.run({ args: ['--import', 'tsx', program, JSON.stringify(task)] });
  return measuredInventory.parse(JSON.parse(said));
}

/** Every database that there is, by its name. */
async function measureAll(workshop: Workshop, options: BenchmarkOptions) {
  const results = new Map<string, MeasuredInventory>();
  const path = join(workshop.directory, 'inventory.db');
  results.set('SQLite, file', await measure(workshop, { kind: 'sqlite', path }, options));
  results.set('SQLite, memory', await measure(workshop, { kind: 'memory' }, options));
  const postgres = await startPostgres();
  if (postgres === undefined) return results;
  try {
    results.set('PostgreSQL', await measure(workshop, { kind: 'postgres', url: postgres.url }, options));
  } finally {
    await postgres.stop();
  }
  return results;
}

type Pages = MeasuredInventory['pages'][number];

/** Pages of the inventory with their total count, from the database of a large fleet. */
export const inventory = (options: BenchmarkOptions) =>
  withWorkshop(async (workshop) => {
    const results = await measureAll(workshop, options);
    const databases = [...results.values()];
    const timesOf = ({ p50, p99 }: Pages) => `${milliseconds(p50)}, ${milliseconds(p99)}`;
    const [first] = databases;
    const pages = (first?.pages ?? []).map(({ name, totalCount }, index): JudgedRow => {
      const each = databases.flatMap((database) => database.pages[index] ?? []);
      return {
        cells: [`${name}: ${totalCount}`, ...each.map(timesOf)],
        target: `p50 < ${goalMs} ms`,
        verdict: judge(
          each.every(({ p50 }) => p50 < goalMs),
          'time',
          options,
        ),
      };
    });
    const row = (name: string, value: (database: MeasuredInventory) => string): JudgedRow => ({
      cells: [name, ...databases.map(value)],
    });
    return judgedReport(
      `The inventory of ${stagesOf(options.quick ? quick : full)} stages`,
      ['p50, p99 of a page of 50 with totalCount: of how many', ...results.keys()],
      [
        ...pages,
        row('what is known of all targets', ({ totals }) => timesOf(totals)),
        row('bytes of the database', (database) => bytes(database.bytes)),
        row(
          'RSS of the process before, after',
          (database) => `${bytes(database.rssBefore)}, ${bytes(database.rssAfter)}`,
        ),
        row('writing all rows', ({ fillMs }) => milliseconds(fillMs)),
      ],
      [
        'The queries of `createInventory` alone, through the thread of SQLite or a connection to PostgreSQL on the same machine: no HTTP and no GraphQL. One at a time.',
        ...(results.has('PostgreSQL') ? [] : ['PostgreSQL is not installed, and was left out.']),
      ],
    );
  });
