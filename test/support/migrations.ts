import { expect } from '@jest/globals';
import { sql } from 'kysely';
import type { MemoryDatabase } from '../../src/memory/database/database.ts';
import { migrate } from '../../src/memory/database/migrate.ts';
import { migrations } from '../../src/memory/database/migrations/index.ts';

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
