import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/memory/database/database.ts';
import { createInventory } from '../../../src/memory/inventory/index.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { openTestDatabase, writeSetting } from '../../support/database.ts';
import { describeInventory } from '../../support/inventory-behaviour.ts';
import { rowOf, stageOf } from '../../support/inventory-cases.ts';
import { silentLogger } from '../../support/silence.ts';

describeInventory(async () => {
  const database = await openDatabase({ location: { kind: 'memory' }, logger: silentLogger });
  closeAfterwards(database.close);
  return database;
});

test('what else needs the database does not wait for the whole of a search by many patterns', async () => {
  const database = await openTestDatabase();
  const rows = Array.from({ length: 1000 }, (_, index) => rowOf(stageOf({ stageName: `stage-${index}` })));
  await database.db.insertInto('stages').values(rows).execute();
  const where = {
    stageNames: Array.from({ length: 100 }, (_, index) => `${'*s*t*a*g*e*'.repeat(5)}${index}!`),
  };
  const { target } = stageOf({});
  const ended: string[] = [];
  const inventory = createInventory({ ...database, db: database.searches });
  const search = inventory.page({ targets: [target], where, orderBy: 'NAME', first: 1 }).then((page) => {
    ended.push('page');
    return page.totalCount();
  });
  // Its first statement runs.
  await turn();
  await writeSetting(database, 'a').then(() => ended.push('write'));
  expect(await search).toBe(0);
  expect(ended).toEqual(['write', 'page']);
});
