import { openDatabase } from '../../../src/memory/database/database.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { describeLease } from '../../support/lease-behaviour.ts';
import { silentLogger } from '../../support/silence.ts';

describeLease(async () => {
  const database = await openDatabase({ location: { kind: 'memory' }, logger: silentLogger });
  closeAfterwards(database.close);
  return database;
});
