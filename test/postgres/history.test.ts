import { openDatabase } from '../../src/memory/database/database.ts';
import { describeActors } from '../support/actors-behaviour.ts';
import { closeAfterwards } from '../support/closing.ts';
import { describeHistory } from '../support/history-behaviour.ts';
import { describeInterleavings } from '../support/history-interleavings.ts';
import { describeOneStage } from '../support/history-of-one-stage.ts';
import { describeSearches } from '../support/history-searches.ts';
import { startPostgres } from '../support/postgres.ts';
import { silentLogger } from '../support/silence.ts';

async function open(url: string) {
  const database = await openDatabase({ location: { kind: 'postgres', url }, logger: silentLogger });
  closeAfterwards(database.close);
  return database;
}

describeHistory(async () => {
  const server = await startPostgres();
  return open(await server.createDatabase());
});

describeActors(async () => {
  const server = await startPostgres();
  return open(await server.createDatabase());
});

describeOneStage(async () => {
  const server = await startPostgres();
  return open(await server.createDatabase());
});

describeSearches(async () => {
  const server = await startPostgres();
  return open(await server.createDatabase());
});

describeInterleavings(
  async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    return [await open(url), await open(url)];
  },
  { together: true, numRuns: 60 },
);
