import { openDatabase } from '../../../src/memory/database/database.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { describeInventory } from '../../support/inventory-behaviour.ts';
import { silentLogger } from '../../support/silence.ts';

describeInventory(async () => {
  const database = await openDatabase({ location: { kind: 'memory' }, logger: silentLogger });
  closeAfterwards(database.close);
  return database;
});
