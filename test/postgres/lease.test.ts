import { closeAfterwards } from '../support/closing.ts';
import { describeLease } from '../support/lease-behaviour.ts';
import { startPostgres } from '../support/postgres-tables.ts';

describeLease(async () => {
  const server = await startPostgres();
  closeAfterwards(() => server.stop());
  return { db: await server.tables(), dialect: 'postgres' };
});
