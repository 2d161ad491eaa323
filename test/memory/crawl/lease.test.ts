import { closeAfterwards } from '../../support/closing.ts';
import { describeLease } from '../../support/lease-behaviour.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

describeLease(async () => {
  const db = await sqliteTables();
  closeAfterwards(() => db.destroy());
  return { db, dialect: 'sqlite' };
});
