import { join } from 'node:path';
import { atOnce, type HistoryTimes, measureHistory } from '../history-queries.ts';
import { milliseconds } from '../numbers.ts';
import { startPostgres } from '../postgres.ts';
import { withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';

const full = { entries: 300_000, rounds: 4 };
const quick = { entries: 3000, rounds: 1 };
/** For the slowest twentieth of searches. Above it, clients would see the bound of a search on a busy machine. */
const goalMs = 2000;

type Measured = Awaited<ReturnType<typeof measureHistory>>;

/** Searches of a long history, several at once. */
export const history = (options: BenchmarkOptions) =>
  withWorkshop(async ({ directory }) => {
    const { entries, rounds } = options.quick ? quick : full;
    const results = new Map<string, Measured>();
    const path = join(directory, 'history.db');
    results.set('SQLite, file', await measureHistory({ kind: 'sqlite', path }, entries, rounds));
    const postgres = await startPostgres();
    if (postgres !== undefined) {
      const { url } = postgres;
      const measured = await measureHistory({ kind: 'postgres', url }, entries, rounds);
      results.set('PostgreSQL', await postgres.stop().then(() => measured));
    }
    const databases = [...results.values()];
    const row = (label: string, of: (measured: Measured) => HistoryTimes | undefined): JudgedRow => {
      const each = databases.map(of);
      return {
        cells: [
          label,
          ...each.map((times) => (times ? `${milliseconds(times.p50)}, ${milliseconds(times.p95)}` : '')),
        ],
        target: `p95 < ${goalMs} ms`,
        verdict: judge(
          each.every((times) => times === undefined || times.p95 < goalMs),
          'time',
          options,
        ),
      };
    };
    const [first] = databases;
    return judgedReport(
      `Searches of ${entries} entries of the history`,
      [`p50, p95 of a page of 50, ${atOnce} at once: entries on it`, ...results.keys()],
      [
        ...(first?.searches ?? []).map(({ name, entries: found }, index) =>
          row(`${name}: ${found}`, ({ searches }) => searches[index]),
        ),
        row('a write meanwhile', ({ writes }) => writes),
        {
          cells: ['searches that took too long', ...databases.map(({ ended }) => String(ended))],
          target: '0',
          verdict: judge(
            databases.every(({ ended }) => ended === 0),
            'time',
            options,
          ),
        },
        {
          cells: ['outages of the database', ...databases.map(({ outages }) => String(outages))],
          target: '0',
          verdict: judge(
            databases.every(({ outages }) => outages === 0),
            'count',
            options,
          ),
        },
      ],
      [
        `Each search waits for ${atOnce - 1} others like it.`,
        ...(postgres === undefined ? ['PostgreSQL is not installed, and was left out.'] : []),
      ],
    );
  });
