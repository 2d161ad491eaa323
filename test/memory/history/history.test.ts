import { closeAfterwards } from '../../support/closing.ts';
import { describeHistory } from '../../support/history-behaviour.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

describeHistory(async () => {
  const db = await sqliteTables();
  closeAfterwards(() => db.destroy());
  return { db, dialect: 'sqlite' };
});
