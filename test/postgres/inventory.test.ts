import { openDatabase } from '../../src/memory/database/database.ts';
import { closeAfterwards } from '../support/closing.ts';
import { describeInventory } from '../support/inventory-behaviour.ts';
import { startPostgres } from '../support/postgres.ts';
import { silentLogger } from '../support/silence.ts';

describeInventory(async () => {
  const server = await startPostgres();
  const location = { kind: 'postgres', url: await server.createDatabase() } as const;
  const database = await openDatabase({ location, logger: silentLogger });
  closeAfterwards(database.close);
  return database;
});
