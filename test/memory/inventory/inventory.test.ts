import { closeAfterwards } from '../../support/closing.ts';
import { describeInventory } from '../../support/inventory-behaviour.ts';
import { sqliteTables } from '../../support/sqlite-tables.ts';

describeInventory(async () => {
  const db = await sqliteTables();
  closeAfterwards(() => db.destroy());
  return { db, dialect: 'sqlite' };
});
