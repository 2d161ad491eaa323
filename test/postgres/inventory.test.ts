import { closeAfterwards } from '../support/closing.ts';
import { describeInventory } from '../support/inventory-behaviour.ts';
import { startPostgres } from '../support/postgres-tables.ts';

describeInventory(async () => {
  const server = await startPostgres();
  closeAfterwards(() => server.stop());
  return { db: await server.tables(), dialect: 'postgres' };
});
