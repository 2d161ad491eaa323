import { describe, expect, test } from '@jest/globals';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { migrations } from '../../../src/memory/database/migrations/index.ts';
import type { Tables } from '../../../src/memory/database/tables.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { openTestDatabase, sqlitePath } from '../../support/database.ts';
import {
  addUnknownMigration,
  appliedMigrations,
  expectCompleteMigrations,
  expectUpgrade,
} from '../../support/migrations.ts';

describe('migrations on SQLite', () => {
  test('are applied once, whenever the database is opened', async () => {
    const path = sqlitePath();
    for (let opening = 0; opening < 2; opening += 1) {
      const database = await openTestDatabase(`sqlite:${path}`);
      expect(await appliedMigrations(database)).toEqual(Object.keys(migrations));
      await database.close();
    }
  });

  test('keep what an earlier release has stored', async () => {
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) });
    closeAfterwards(() => db.destroy());
    await expectUpgrade(db);
  });

  test('are applied completely or not at all', async () => {
    await expectCompleteMigrations(await openTestDatabase());
  });

  test('of a newer release refuse the database, and leave it as it is', async () => {
    const path = sqlitePath();
    const database = await openTestDatabase(`sqlite:${path}`);
    await addUnknownMigration(database);
    await database.close();
    for (let opening = 0; opening < 2; opening += 1) {
      await expect(openTestDatabase(`sqlite:${path}`)).rejects.toThrow(
        'the database belongs to a newer release of stagegraph (its migration 9999-of-the-future is unknown here).',
      );
    }
  });
});
