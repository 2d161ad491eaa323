import { type Expression, type Kysely, sql } from 'kysely';
import type { SqlDialect } from '../database/dialect.ts';
import type { Tables } from '../database/tables.ts';

/** The clock of the database, which all processes share. */
const clocks: Readonly<Record<SqlDialect, Expression<number>>> = {
  sqlite: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
  postgres: sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`,
};

export interface LeaseOptions {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  readonly name: string;
  /** A name that no other process has. */
  readonly owner: string;
  /** How long it is held without being renewed. */
  readonly ttlMs: number;
  /** The database's own by default. */
  readonly databaseTime?: Expression<number> | undefined;
}

export type Lease = ReturnType<typeof createLease>;

/** What only one process does at a time. */
export function createLease({ db, dialect, name, owner, ttlMs, databaseTime }: LeaseOptions) {
  const now = databaseTime ?? clocks[dialect];
  return {
    /** Takes a free lease, or renews the own one. False: another process has it. */
    acquire: async (): Promise<boolean> => {
      const { rows } = await sql`
        insert into leases (name, owner, expires_at) values (${name}, ${owner}, ${now} + ${sql.lit(ttlMs)})
        on conflict (name) do update set owner = excluded.owner, expires_at = excluded.expires_at
        where leases.owner = excluded.owner or leases.expires_at <= ${now}
        returning owner`.execute(db);
      return rows.length > 0;
    },
    release: async (): Promise<void> => {
      await db.deleteFrom('leases').where('name', '=', name).where('owner', '=', owner).execute();
    },
  };
}
