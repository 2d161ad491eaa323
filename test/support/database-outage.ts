import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { closeAfterwards } from './closing.ts';
import { until } from './polling.ts';
import type { DatabaseReport, RememberingProcess } from './remembering-process.ts';
import { wrongEntries } from './stored-entries.ts';

const EVERYTHING = `{
  stageHistory(first: 1) { nodes { source } }
  stageInventory { nodes { stageName } }
  stage(restApiId: "petstore01", stageName: "prod") { description history(first: 1) { nodes { source } } drift { since } }
}`;
const BASELINE = `mutation { recordStageBaseline(input: { restApiId: "petstore01", stageName: "prod" }) {
  userErrors { code } } }`;

/** A change and the codes of its errors and warnings. */
interface Answered {
  readonly description: string;
  readonly codes: readonly string[];
}

/** Clients that change stages one after the other until they are stopped. */
function startTraffic({ change }: RememberingProcess) {
  const answers: Answered[] = [];
  let isRunning = true;
  async function client(stageName: string): Promise<void> {
    for (let count = 1; isRunning; count += 1) {
      const description = `${stageName} ${count}`;
      answers.push({ description, codes: await change(stageName, description) });
      await sleep(10);
    }
  }
  const clients = Promise.all(['dev', 'staging'].map(client));
  return {
    answers,
    stop: closeAfterwards(async () => {
      isRunning = false;
      await clients;
    }),
  };
}

/** Waits until what the gateway says of its database is so. */
async function untilReported(
  { database }: RememberingProcess,
  isSo: (report: DatabaseReport) => boolean,
): Promise<void> {
  await until(async () => isSo(await database()), 20);
}

const UNAVAILABLE = ['stage.drift', 'stage.history', 'stageHistory', 'stageInventory'];

/** Only what needs the database fails. What is `isReadable` may be away for a moment before. */
async function expectReads({ graphql }: RememberingProcess, description: string, isReadable: boolean) {
  const read = async () => {
    const { status, data, errors = [] } = await graphql(EVERYTHING);
    expect({ status, data }).toMatchObject({ status: 200, data: { stage: { description } } });
    expect(errors.filter(({ extensions }) => extensions.code !== 'STORAGE_UNAVAILABLE')).toEqual([]);
    return errors.map(({ path }) => path?.join('.')).toSorted();
  };
  if (!isReadable) expect(await read()).toEqual(UNAVAILABLE);
  else await until(async () => (await read()).length === 0, 20);
}

/** `isReadable`: whether history and inventory can be read all the while. */
export interface DatabaseOutage {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  readonly isReadable: boolean;
}

/**
 * An outage of a gateway's database under traffic. Expects that all changes are made and answered while it lasts, that the
 * gateway says what is unavailable, and that at the end it heals by itself: each change has one entry.
 */
export async function expectToHeal(gateway: RememberingProcess, outage: DatabaseOutage): Promise<void> {
  const { change, database, history } = gateway;
  const changed = ['before', 'during'];
  await change('prod', 'before');
  const traffic = startTraffic(gateway);
  await outage.begin();
  await untilReported(gateway, ({ up }) => up === 0);
  expect(await change('prod', 'during')).toEqual(['HISTORY_PENDING']);
  await expectReads(gateway, 'during', outage.isReadable);
  const { errors } = await gateway.graphql(BASELINE);
  expect(errors).toMatchObject([{ extensions: { code: 'STORAGE_UNAVAILABLE' } }]);
  await untilReported(gateway, ({ degraded }) => degraded.includes('database'));
  expect(await database()).toMatchObject({ ready: 200, up: 0 });
  expect((await database()).queued).toBeGreaterThan(0);

  await outage.end();
  await untilReported(gateway, ({ up, degraded }) => up === 1 && degraded.length === 0);
  await traffic.stop();
  await untilReported(gateway, ({ queued }) => queued === 0);
  // Written after the last one that has waited. A busy machine may be slow.
  for (let codes: readonly string[] = ['HISTORY_PENDING']; codes.length > 0;) {
    changed.push(`after ${changed.length}`);
    codes = await change('prod', changed.at(-1) ?? '');
  }
  const answers = new Set(traffic.answers.map(({ codes }) => codes.join()));
  expect([...answers].filter((codes) => codes !== '' && codes !== 'HISTORY_PENDING')).toEqual([]);
  changed.push(...traffic.answers.map(({ description }) => description));
  expect(gateway.output()).not.toContain('an entry of the history cannot be written');
  const entries = await history();
  expect(wrongEntries(entries, changed)).toEqual([]);
  expect(entries).toHaveLength(changed.length);
  expect(gateway.output()).toMatch(/The database is unavailable.*The database is available again/s);
}
