import type { Kysely, Transaction } from 'kysely';
import type { SqlDialect } from '../database/dialect.ts';
import type { Tables } from '../database/tables.ts';
import type { MethodsOf, StageCodec } from '../stages/index.ts';

/** What every part of the history needs. */
export interface HistoryTools {
  readonly db: Kysely<Tables>;
  /** For what may look at all entries. */
  readonly searches: Kysely<Tables>;
  readonly dialect: SqlDialect;
  readonly codec: StageCodec;
  readonly methodsOf: MethodsOf;
  readonly newId: () => string;
  readonly now: () => number;
}

/** The same within a transaction that is alone with an API. */
export interface LockedTools extends HistoryTools {
  readonly transaction: Transaction<Tables>;
}
