import { closeAfterwards } from '../../support/closing.ts';
import { openTestDatabase } from '../../support/database.ts';
import { describeHistory } from '../../support/history-behaviour.ts';
import { describeOneStage } from '../../support/history-of-one-stage.ts';
import { describeSearches } from '../../support/history-searches.ts';
import type { TestTables } from '../../support/history-world.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

async function open(): Promise<TestTables> {
  const db = await sqliteTables();
  closeAfterwards(() => db.destroy());
  return { db, dialect: 'sqlite' };
}

describeHistory(open);

describeOneStage(openTestDatabase);

describeSearches(open);
