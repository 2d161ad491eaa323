import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openTestDatabase, sqlitePath } from '../support/database.ts';
import { historyOn, record, changed, stageAt, story } from '../support/history-world.ts';
import { openTestMemory } from '../support/memory.ts';

test('what has expired while no process ran is removed at the start', async () => {
  const url = `sqlite:${sqlitePath()}`;
  const database = await openTestDatabase(url);
  const history = historyOn(database);
  await record(history, changed([10, 12], stageAt(1), stageAt(2, { description: 'two' })));
  expect(await story(history)).toHaveLength(1);
  await database.close();
  const memory = await openTestMemory(url, { retentionMs: 1000 });
  while ((await story(historyOn(memory.database))).length > 0) await sleep(5);
  expect(memory.database.status().outages).toBe(0);
});
