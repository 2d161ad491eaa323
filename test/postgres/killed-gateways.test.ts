import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { closeAfterwards } from '../support/closing.ts';
import { sqlitePath } from '../support/database.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { type RememberingProcess, startRemembering } from '../support/remembering-process.ts';
import { choicesOf } from '../support/seeded.ts';
import { startStageApi } from '../support/stage-api.ts';
import { wrongEntries } from '../support/stored-entries.ts';

/** The seed of a failure, to repeat it. */
const SEED = Number(process.env.KILLS_SEED ?? Date.now() % 2 ** 31);
const KILLS = 6;
/** After so long no more processes are killed, and the test fails: it must not take for ever on a slow machine. */
const TIME_LIMIT_MS = 400_000;
const LONGEST_MS = TIME_LIMIT_MS + 20_000;

/** A process is killed after so many answers, and so long after the last of them, which is a change or two. */
const ANSWERS = 15;
const CHANGE_MS = 30;

const STAGES = [
  ['petstore01', 'dev'],
  ['petstore01', 'prod'],
  ['orders0002', 'live'],
  ['billing003', 'prod'],
] as const;
const READ = `{ restApis { nodes { stages { stageName } } } }`;

/** Clients that change stages by any gateway that lives, each its own stage, and read what there is. */
function startClients(gateways: ReadonlyMap<number, RememberingProcess>) {
  const acknowledged = new Set<string>();
  let unanswered = 0;
  let isRunning = true;

  async function client(index: number): Promise<void> {
    const [restApiId, stageName] = STAGES[index] ?? STAGES[0];
    const { below, chance } = choicesOf(SEED + index);
    for (let count = 1; isRunning; count += 1) {
      const living = [...gateways.values()];
      const gateway = living[below(living.length)];
      const description = `${restApiId}/${stageName} ${count}`;
      try {
        const codes = await gateway?.change(stageName, description, restApiId);
        if (codes?.length === 0) acknowledged.add(description);
        if (chance(0.2)) await gateway?.graphql(READ);
      } catch {
        unanswered += 1;
      }
      if (gateway === undefined) await sleep(10);
    }
  }
  const clients = Promise.all(STAGES.map((_, index) => client(index)));
  return {
    acknowledged,
    unanswered: () => unanswered,
    stop: closeAfterwards(async () => {
      isRunning = false;
      await clients;
    }),
  };
}

/** Kills gateways under traffic, each at a random moment. Another one takes its place. */
async function expectNothingLost(count: number, start: () => Promise<RememberingProcess>): Promise<void> {
  const { below } = choicesOf(SEED);
  const gateways = new Map<number, RememberingProcess>();
  const replace = async (place: number) => gateways.set(place, await start());
  for (let place = 0; place < count; place += 1) await replace(place);
  const { acknowledged, unanswered, stop } = startClients(gateways);
  const wrong: string[] = [];
  const end = performance.now() + TIME_LIMIT_MS;

  /** What is wrong by the gateway in a place. What others have left unanswered is read first. */
  async function look(place: number): Promise<void> {
    const known = [...acknowledged];
    const gateway = gateways.get(place);
    await gateway?.graphql(READ);
    wrong.push(...wrongEntries((await gateway?.history()) ?? [], known));
  }
  let kills = 0;
  for (; kills < KILLS && wrong.length === 0 && performance.now() < end; kills += 1) {
    const answers = acknowledged.size + below(ANSWERS);
    while (acknowledged.size < answers) await sleep(1);
    await sleep(below(CHANGE_MS));
    const place = below(count);
    const killed = gateways.get(place);
    killed?.process.kill('SIGKILL');
    gateways.delete(place);
    await killed?.exited;
    await replace(place);
    await look(place);
  }
  await stop();
  await look(0);
  expect(wrong.length === 0 ? [] : [`KILLS_SEED=${SEED} repeats:`, ...wrong]).toEqual([]);
  expect(kills).toBe(KILLS);
  // Some were killed while clients waited.
  expect(unanswered()).toBeGreaterThan(0);
}

describe('gateways that are killed under traffic lose no change that was answered without HISTORY_PENDING', () => {
  test(
    'one after the other on an SQLite file',
    async () => {
      const { url: endpoint } = await startStageApi();
      const databaseUrl = `sqlite:${sqlitePath()}`;
      await expectNothingLost(1, () => startRemembering(databaseUrl, endpoint));
    },
    LONGEST_MS,
  );

  test(
    'of two on one PostgreSQL and one Redis',
    async () => {
      const { url: endpoint } = await startStageApi();
      const [server, redis] = await Promise.all([startPostgres(), startRedis()]);
      const databaseUrl = await server.createDatabase();
      const env = { REDIS_URL: redis.url, UPSTREAM_TIMEOUT_SECONDS: '1' };
      await expectNothingLost(2, () => startRemembering(databaseUrl, endpoint, env));
    },
    LONGEST_MS,
  );
});
