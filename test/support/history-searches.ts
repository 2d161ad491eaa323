import { beforeAll, describe, expect, test } from '@jest/globals';
import { CompiledQuery, type Insertable, type Kysely, type RootOperationNode, sql } from 'kysely';
import { partsColumn } from '../../src/memory/database/part-bits.ts';
import type { HistoryTable, Tables } from '../../src/memory/database/tables.ts';
import type { HistoryFilter } from '../../src/memory/history/index.ts';
import { blankEntry } from './history-row.ts';
import { historyOn, targetName, type TestTables } from './history-world.ts';

/** More than a search compares one by one, and several times what it looks at first. */
const ENTRIES = 6000;
const RARE = 1500;
const elsewhere = '111122223333/us-east-1';
const terraform = 'arn:aws:sts::111122223333:assumed-role/terraform/ci';

/** The nth entry, oldest first: several at a time, and a few that nothing else is like. */
function entry(n: number): Insertable<HistoryTable> {
  const isRare = n % RARE === RARE - 1;
  const isObserved = n % 5 === 0;
  const changed = [{ part: 'TAGS' as const }, ...(isRare ? [{ part: 'CLIENT_CERTIFICATE' as const }] : [])];
  return {
    ...blankEntry,
    id: n.toString(16).padStart(32, '0'),
    at: 1_000_000 + Math.floor(n / 3) * 1000,
    target: n % 3 === 0 ? elsewhere : targetName,
    rest_api_id: isRare ? 'rare000001' : `api00000${n % 2}`,
    stage_name: isRare ? 'blue-canary' : n % 2 === 0 ? 'dev' : 'prod',
    source: isObserved ? 'OBSERVED' : 'GATEWAY',
    by_subject: isObserved ? null : isRare ? 'ada@example.com' : `pipeline-${n % 2}`,
    actor: isObserved ? (n % 100 === 0 ? terraform : 'arn:aws:iam::111122223333:user/eve') : null,
    parts: partsColumn(changed, changed),
  };
}

const entries = Array.from({ length: ENTRIES }, (_, n) => entry(n));

const both = [elsewhere, targetName];
/** Each with what it selects. */
const searches: Record<string, readonly [Partial<HistoryFilter>, (of: Insertable<HistoryTable>) => boolean]> =
  {
    'all of several targets': [{}, () => true],
    'one target': [{ targets: [elsewhere] }, ({ target }) => target === elsewhere],
    'an API with few entries': [
      { restApiIds: ['rare000001'] },
      ({ rest_api_id }) => rest_api_id === 'rare000001',
    ],
    'an API with many': [
      { restApiIds: ['api000001'], stageNames: ['p*'] },
      ({ rest_api_id }) => rest_api_id === 'api000001',
    ],
    'who has changed little': [
      { by: ['ada@example.com'] },
      ({ by_subject }) => by_subject === 'ada@example.com',
    ],
    'who has changed much': [{ by: ['pipeline-1'] }, ({ by_subject }) => by_subject === 'pipeline-1'],
    'a pattern of who': [
      { by: ['*@example.com'] },
      ({ by_subject }) => by_subject?.endsWith('@example.com') === true,
    ],
    'an actor': [{ by: [terraform], seesActors: true }, ({ actor }) => actor === terraform],
    'an actor that the caller may not see': [{ by: [terraform] }, () => false],
    'a pattern of actors': [{ by: ['*/terraform/*'], seesActors: true }, ({ actor }) => actor === terraform],
    'a rare stage': [{ stageNames: ['blue-*'] }, ({ stage_name }) => stage_name === 'blue-canary'],
    'a rare part': [{ parts: ['CLIENT_CERTIFICATE'] }, ({ stage_name }) => stage_name === 'blue-canary'],
    'a source without entries': [{ sources: ['BASELINE'] }, () => false],
    'a rare stage, in a time': [
      {
        stageNames: ['blue-*'],
        since: new Date(1_000_000 + 500_000),
        until: new Date(1_000_000 + 1_999_000),
      },
      ({ stage_name, at }) => stage_name === 'blue-canary' && at >= 1_500_000 && at < 2_999_000,
    ],
    'a time before all entries': [{ until: new Date(1_000_000), parts: ['CLIENT_CERTIFICATE'] }, () => false],
  };

/** Gives the queries that `work` makes. */
async function queriesOf(
  { db }: TestTables,
  work: (watched: Kysely<Tables>) => Promise<unknown>,
): Promise<CompiledQuery[]> {
  const nodes: RootOperationNode[] = [];
  const watched = db.withPlugin({
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  await work(watched);
  const executor = db.getExecutor();
  return nodes.map((node) => executor.compileQuery(node, { queryId: 'explained' }));
}

/** How a database reads the history for a query, a line for each step. */
async function planOf({ db, dialect }: TestTables, query: CompiledQuery): Promise<string[]> {
  const explain = dialect === 'sqlite' ? 'explain query plan' : 'explain';
  return db.transaction().execute(async (transaction) => {
    // Of a table as small as this one, PostgreSQL would read all.
    if (dialect === 'postgres') await sql`set local enable_seqscan = off`.execute(transaction);
    const { rows } = await transaction.executeQuery<Record<string, unknown>>(
      CompiledQuery.raw(`${explain} ${query.sql}`, [...query.parameters]),
    );
    return rows
      .map((row) => String(row.detail ?? row['QUERY PLAN']))
      .filter((line) => /\bhistory/.test(line));
  });
}

/** The steps that read entries themselves, one after the other. SQLite also scans what a step before has given. */
function tableScans(plan: readonly string[]): string[] {
  const given = plan.filter((step) => step.startsWith('CO-ROUTINE')).length;
  const scans = plan.filter((step) => /^SCAN \w+$/.test(step)).slice(given);
  return [...scans, ...plan.filter((step) => /^SCAN \w+ USING INDEX|Seq Scan/.test(step))];
}

/** A search of a history that is too long to be compared as a whole, on either database. */
// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeSearches(open: () => Promise<TestTables>): void {
  let tables: TestTables;

  describe('a search of a long history', () => {
    beforeAll(async () => {
      tables = await open();
      const { db, dialect } = tables;
      for (let start = 0; start < ENTRIES; start += 500) {
        await db
          .insertInto('history')
          .values(entries.slice(start, start + 500))
          .execute();
      }
      if (dialect === 'postgres') await sql`vacuum analyze history`.execute(db);
    });

    test.each(Object.keys(searches))('of %s finds its entries, page by page', async (name) => {
      const [filter = {}, isFound = () => false] = searches[name] ?? [];
      const expected = entries
        .filter(isFound)
        .toSorted((one, other) => other.at - one.at || (other.id < one.id ? -1 : 1))
        .map(({ id }) => id);
      const history = historyOn(tables);
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await history.page({ targets: both, ...filter }, 499, after);
        found.push(...page.entries.map(({ id }) => id));
        after = page.hasNextPage ? page.entries.at(-1)?.cursor : undefined;
      } while (after !== undefined);
      expect(found).toEqual(expected);
    });

    test.each(Object.keys(searches))('of %s reads no entry that an index does not name', async (name) => {
      const [filter = {}] = searches[name] ?? [];
      const queries = await queriesOf(tables, (db) =>
        historyOn({ ...tables, db }).page({ targets: both, ...filter }, 50),
      );
      expect(queries.length).toBeLessThan(10);
      const plans = await Promise.all(queries.map((query) => planOf(tables, query)));
      expect(plans.flat().filter((step) => step.includes('history_'))).not.toEqual([]);
      expect(plans.flatMap(tableScans)).toEqual([]);
    });
  });
}
