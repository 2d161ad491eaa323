import { describeActors } from '../../support/actors-behaviour.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

describeActors(async () => {
  const db = await sqliteTables();
  closeAfterwards(() => db.destroy());
  return { db, dialect: 'sqlite' };
});
