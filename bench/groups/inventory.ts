import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureOverHttp } from '../inventory-http.ts';
import { type MeasuredInventory, measuredInventory } from '../inventory-queries.ts';
import { type Size, stagesOf } from '../inventory-rows.ts';
import { milliseconds, size as bytes, sum } from '../numbers.ts';
import { startPostgres } from '../postgres.ts';
import { type Workshop, withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';

/** 50 targets of 200 APIs with 3 stages. */
const full: Size = { accounts: 25, apisPerTarget: 200 };
const quick: Size = { accounts: 2, apisPerTarget: 10 };
/** For the median page with its total count, by each filter. */
const goalMs = 20;

const program = fileURLToPath(new URL('../inventory-process.ts', import.meta.url));

interface Measured extends MeasuredInventory {
  /** Undefined for a database that no other process can open. */
  readonly http: Awaited<ReturnType<typeof measureOverHttp>> | undefined;
}

/** `url`: how a gateway opens the same database. */
async function measure(
  workshop: Workshop,
  location: object,
  url: string | undefined,
  options: BenchmarkOptions,
): Promise<Measured> {
  const task = { location, size: options.quick ? quick : full, count: options.quick ? 5 : 200 };
  const said = await workshop.run({ args: ['--import', 'tsx', program, JSON.stringify(task)] });
  const http = url === undefined ? undefined : await measureOverHttp(workshop, url, task.size, task.count);
  return { ...measuredInventory.parse(JSON.parse(said)), http };
}

/** Every database that there is, by its name. */
async function measureAll(workshop: Workshop, options: BenchmarkOptions) {
  const results = new Map<string, Measured>();
  const path = join(workshop.directory, 'inventory.db');
  results.set('SQLite, file', await measure(workshop, { kind: 'sqlite', path }, `sqlite:${path}`, options));
  results.set('SQLite, memory', await measure(workshop, { kind: 'memory' }, undefined, options));
  const postgres = await startPostgres();
  if (postgres === undefined) return results;
  try {
    const { url } = postgres;
    results.set('PostgreSQL', await measure(workshop, { kind: 'postgres', url }, url, options));
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
    /** A row for each workload, with the times of every database that has them. */
    const rowsOf = (
      label: string,
      pagesOf: (database: Measured) => readonly Pages[] | undefined,
    ): JudgedRow[] =>
      (databases.map(pagesOf).find((pages) => pages !== undefined) ?? []).map(
        ({ name, totalCount }, index) => {
          const each = databases.map((database) => pagesOf(database)?.[index]);
          return {
            cells: [`${label}${name}: ${totalCount}`, ...each.map((pages) => (pages ? timesOf(pages) : ''))],
            target: `p50 < ${goalMs} ms`,
            verdict: judge(
              each.every((pages) => pages === undefined || pages.p50 < goalMs),
              'time',
              options,
            ),
          };
        },
      );
    const calls = databases.flatMap(({ http }) => http?.calls ?? []);
    const row = (name: string, value: (database: Measured) => string): JudgedRow => ({
      cells: [name, ...databases.map(value)],
    });
    return judgedReport(
      `The inventory of ${stagesOf(options.quick ? quick : full)} stages`,
      ['p50, p99 of a page of 50 with totalCount: of how many', ...results.keys()],
      [
        ...rowsOf('', ({ pages }) => pages),
        ...rowsOf('over HTTP, ', ({ http }) => http?.pages),
        {
          ...row('calls to AWS of all pages over HTTP', ({ http }) => String(http?.calls ?? '')),
          target: '0',
          verdict: judge(sum(calls) === 0, 'count', options),
        },
        row('what is known of all targets', ({ totals }) => timesOf(totals)),
        row('bytes of the database', (database) => bytes(database.bytes)),
        row(
          'RSS of the process before, after',
          (database) => `${bytes(database.rssBefore)}, ${bytes(database.rssAfter)}`,
        ),
        row('writing all rows', ({ fillMs }) => milliseconds(fillMs)),
      ],
      [
        'The first rows are the queries of `createInventory` alone, through the thread of SQLite or a connection to PostgreSQL on the same machine; those over HTTP are what a client sees of a gateway on the same database. One at a time.',
        ...(results.has('PostgreSQL') ? [] : ['PostgreSQL is not installed, and was left out.']),
      ],
    );
  });
