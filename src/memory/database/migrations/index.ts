import type { Migration } from 'kysely';
import * as firstTables from './0001-first-tables.ts';
import * as historySearches from './0002-history-searches.ts';
import * as partsWithoutValues from './0003-parts-without-values.ts';
import * as equalRevisions from './0004-equal-revisions.ts';
import * as statesOfEntries from './0005-states-of-entries.ts';

/** In the order of their names. Released ones never change. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-history-searches': historySearches,
  '0003-parts-without-values': partsWithoutValues,
  '0004-equal-revisions': equalRevisions,
  '0005-states-of-entries': statesOfEntries,
};
