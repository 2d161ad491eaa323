import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { migrations as ownMigrations } from './migrations/index.ts';
import type { Tables } from './tables.ts';
import { DatabaseUnusable, messageOf } from './unavailable.ts';

/** Names of their own: another program that uses Kysely may share the database. */
const TABLE = 'stagegraph_migration';
const LOCK_TABLE = 'stagegraph_migration_lock';

/** The migrations that the database has and this release does not know. */
async function unknownMigrations(
  db: Kysely<Tables>,
  known: Readonly<Record<string, Migration>>,
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)}`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !Object.hasOwn(known, name));
}

/**
 * Brings the tables to this release. Where several processes do it at once, one does and the others wait. A migration
 * that fails leaves nothing behind. Throws DatabaseUnusable for a database of a newer release.
 */
export async function migrate(
  db: Kysely<Tables>,
  migrations: Readonly<Record<string, Migration>> = ownMigrations,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableName: TABLE,
    migrationLockTableName: LOCK_TABLE,
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const [newer] = await unknownMigrations(db, migrations).catch((): string[] => []);
  if (newer === undefined) throw error instanceof Error ? error : new Error(messageOf(error));
  throw new DatabaseUnusable(
    `the database belongs to a newer release of stagegraph (its migration ${newer} is unknown here). ` +
      'Start that release, or restore the backup from before the upgrade.',
  );
}
