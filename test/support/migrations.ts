import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { MemoryDatabase } from '../../src/memory/database/database.ts';
import { migrate } from '../../src/memory/database/migrate.ts';
import * as firstTables from '../../src/memory/database/migrations/0001-first-tables.ts';
import { migrations } from '../../src/memory/database/migrations/index.ts';
import { bitsWithoutValues, partBits } from '../../src/memory/database/part-bits.ts';
import type { Tables } from '../../src/memory/database/tables.ts';

export const appliedMigrations = async ({ db }: MemoryDatabase): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`select name from stagegraph_migration order by name`.execute(
    db,
  );
  return rows.map(({ name }) => name);
};

/** As if a newer release had been there. */
export const addUnknownMigration = ({ db }: MemoryDatabase) =>
  sql`insert into stagegraph_migration (name, timestamp) values ('9999-of-the-future', '2999-01-01T00:00:00Z')`.execute(
    db,
  );

/** A migration that fails in its middle leaves nothing behind; the next one that does not, is applied. */
export async function expectCompleteMigrations({ db }: MemoryDatabase): Promise<void> {
  const createTable = sql`create table added (name text)`;
  const failing = {
    ...migrations,
    '9998-failing': {
      async up(inner: MemoryDatabase['db']) {
        await createTable.execute(inner);
        await sql`insert into added (nowhere) values ('x')`.execute(inner);
      },
    },
  };
  await expect(migrate(db, failing)).rejects.toThrow('nowhere');
  const tables = await db.introspection.getTables();
  expect(tables.map(({ name }) => name)).not.toContain('added');
  const working = {
    ...migrations,
    '9998-working': {
      async up(inner: MemoryDatabase['db']) {
        await createTable.execute(inner);
      },
    },
  };
  await migrate(db, working);
  expect(await sql`select * from added`.execute(db)).toMatchObject({ rows: [] });
}

/** What an earlier release has stored is kept, but for the end of a name that is too long for an index. Parts are hidden that tell values. */
export async function expectUpgrade(db: Kysely<Tables>): Promise<void> {
  await migrate(db, { '0001-first-tables': firstTables });
  const texts = { target: 'a/b', rest_api_id: 'c', stage_name: 'd', outcome: 'APPLIED' };
  const nulls = { client: null, mutation: null, secret_values: null, aws_request_id: null };
  const states = { revision_before: null, revision_after: null, began_at: null, evidence: null };
  const parts = partBits(['DESCRIPTION', 'VARIABLES', 'CANARY_SETTINGS']);
  const long = randomBytes(6000).toString('base64');
  for (const [id, name] of Object.entries({ one: 'ann', two: long })) {
    const source = id === 'one' ? 'GATEWAY' : 'OBSERVED';
    await db
      .insertInto('history')
      .values({
        ...{ ...texts, ...nulls, ...states, id, source, parts, at: 1, changes: '[]', patch_operations: '[]' },
        ...{ by_subject: name, actor: name },
      })
      .execute();
  }
  await migrate(db);
  const rows = await db
    .selectFrom('history')
    .select(['by_subject', 'actor', 'parts'])
    .orderBy('id')
    .execute();
  const cut = long.slice(0, 600);
  expect(rows).toEqual([
    { by_subject: 'ann', actor: 'ann', parts: parts | bitsWithoutValues(['DESCRIPTION']) },
    { by_subject: cut, actor: cut, parts: parts | (parts << 15) },
  ]);
}
