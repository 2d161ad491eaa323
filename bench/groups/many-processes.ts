import { setTimeout as sleep } from 'node:timers/promises';
import { readAnswer } from '../answers.ts';
import { load } from '../load.ts';
import { failuresOf } from '../measure.ts';
import { count, milliseconds, quantile } from '../numbers.ts';
import { withWorkshop, type Workshop } from '../processes.ts';
import { type RedisProcess, startRedis } from '../redis.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';
import { type Server, type StageApi, startGateway, startStageApi } from '../servers.ts';
import { idOf, stageNameOf } from '../state.ts';
import { oneApi } from '../workloads.ts';

const effort = {
  full: { clients: 33, apis: 50, ms: 30_000, rounds: 10_000 },
  quick: { clients: 10, apis: 15, ms: 6000, rounds: 100 },
};
const everyMs = 100;
const fillMs = 25_000;
/** The defaults of UPSTREAM_RATE and UPSTREAM_BURST. */
const rate = 5;
const burst = 20;

interface Together {
  readonly redis: RedisProcess;
  readonly stageApi: StageApi;
  readonly gateways: readonly Server[];
}

async function together<Result>(
  apis: number,
  env: Readonly<Record<string, string>>,
  work: (all: Together, workshop: Workshop) => Promise<Result>,
): Promise<Result> {
  return withWorkshop(async (workshop) => {
    const redis = await startRedis(workshop.directory);
    try {
      const stageApi = await startStageApi(workshop, apis);
      const shared = { REDIS_URL: redis.url, REDIS_TIMEOUT_SECONDS: '1', ...env };
      const gateways = await Promise.all(
        [1, 2, 3].map((number) =>
          startGateway(workshop, stageApi, { name: `gateway ${number}`, env: shared }),
        ),
      );
      return await work({ redis, stageApi, gateways }, workshop);
    } finally {
      await redis.stop();
    }
  });
}

/** Three gateways, each with a third of the clients, while AWS enforces its quota; Redis is killed in the middle. */
export async function storm3(options: BenchmarkOptions) {
  const { clients, apis, ms } = options.quick ? effort.quick : effort.full;
  return together(apis, {}, async ({ redis, stageApi, gateways }) => {
    const apiOf = (n: number) => (n * 7) % apis;
    await stageApi.setModes({ quota: true });
    const poll = (forMs: number, filled?: readonly Set<number>[]) =>
      Promise.all(
        gateways.map(({ url }, index) =>
          load({
            ...{ url, clients, everyMs, ms: forMs, read: readAnswer },
            sent: (n) => oneApi.sent('graphql', [idOf(apiOf(n))], n),
            onAnswer({ failure }, n) {
              if (failure === undefined) filled?.[index]?.add(apiOf(n));
            },
            isDone: () => filled?.[index]?.size === apis,
          }),
        ),
      );
    const begin = performance.now();
    const filled = gateways.map(() => new Set<number>());
    const fill = await poll(fillMs, filled);
    const isFilled = filled.every(({ size }) => size === apis);
    const calm = await poll(ms);
    const seconds = (performance.now() - begin) / 1000;
    const calls = await stageApi.calls();
    const memory = await redis.usedMemory();
    const keys = await redis.keys();
    const refusedInCalm = (await stageApi.answersByStatus())['429'] ?? 0;

    const killing = sleep(ms / 4)
      .then(() => redis.kill())
      .then(() => sleep(ms / 4))
      .then(() => redis.start());
    const outage = await poll(ms);
    await killing;
    const refused = ((await stageApi.answersByStatus())['429'] ?? 0) - refusedInCalm;
    const failed = (results: typeof calm) => results.reduce((sum, result) => sum + result.failed, 0);
    const each = (results: typeof calm, cell: (result: (typeof calm)[number]) => string) =>
      results.map(cell).join(', ');
    const allowed = burst + rate * seconds;
    const rows: JudgedRow[] = [
      {
        cells: [
          'first fill',
          `${isFilled ? '' : 'not in '}${each(fill, (result) => count(result.seconds))} s`,
        ],
      },
      { cells: ['failed meanwhile', failuresOf(fill)] },
      {
        cells: ['afterwards: failed', failuresOf(calm)],
        target: '0',
        verdict: judge(isFilled && failed(calm) === 0, 'time', options),
      },
      { cells: ['succeeded a second', each(calm, ({ perSecond }) => count(perSecond))] },
      { cells: ['p50, p99', each(calm, ({ p50, p99 }) => `${milliseconds(p50)} / ${milliseconds(p99)}`)] },
      {
        cells: ['calls to upstream since the start', String(calls)],
        target: `≤ one budget, ${count(allowed)}`,
        verdict: judge(calls <= allowed + 1, 'count', options),
      },
      {
        cells: ['429 from upstream', String(refusedInCalm)],
        target: '0',
        verdict: judge(refusedInCalm === 0, 'count', options),
      },
      { cells: ['memory of Redis, keys', `${(memory / 1024 / 1024).toFixed(1)} MB, ${keys}`] },
      {
        cells: ['Redis killed, and started again: failed', failuresOf(outage)],
        target: '0',
        verdict: judge(failed(outage) === 0, 'time', options),
      },
      {
        cells: ['429 from upstream meanwhile', String(refused)],
        target: '0',
        verdict: judge(refused === 0, 'count', options),
      },
    ];
    return judgedReport(
      'Three processes, one Redis, while the quota is enforced',
      [`${ms / 1000} s`, 'three gateways'],
      rows,
      [
        `${clients} clients for each of three gateways poll the ten stages of ${apis} REST APIs in turn, each every ${everyMs} ms at most. The gateways have their defaults, but for a second that Redis may take on a busy machine.`,
      ],
    );
  });
}

const write = (round: number) =>
  `mutation { updateStage(input: { restApiId: "${idOf(0)}", stageName: "${stageNameOf(0)}", description: "round ${round}" }) { userErrors { code } } }`;
const read = `{ stage(restApiId: "${idOf(0)}", stageName: "${stageNameOf(0)}") { description } }`;

async function ask(url: string, query: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

/** Writes through one of three gateways, and reads through the others as soon as the answer is there. */
export async function writeHereReadThere(options: BenchmarkOptions) {
  const { rounds } = options.quick ? effort.quick : effort.full;
  const env = { UPSTREAM_RATE: '1000', UPSTREAM_BURST: '1000', RATE_LIMIT: 'off', LOG_LEVEL: 'error' };
  return together(1, env, async ({ redis, stageApi, gateways }) => {
    const urls = gateways.map(({ url }) => url);
    let past = 0;
    let refused = 0;
    const latencies: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [here = '', ...there] = urls.map((_, index) => urls[(round + index) % urls.length] ?? '');
      // Some readers are on their way meanwhile.
      const early = round % 3 === 0 ? there.map((url) => ask(url, read)) : [];
      if (!(await ask(here, write(round))).includes('"userErrors":[]')) refused++;
      const begin = performance.now();
      const answers = await Promise.all(there.map((url) => ask(url, read)));
      latencies.push(performance.now() - begin);
      past += answers.filter((answer) => !answer.includes(`"round ${round}"`)).length;
      await Promise.all(early);
    }
    const calls = await stageApi.calls();
    const memory = await redis.usedMemory();
    const rows: JudgedRow[] = [
      {
        cells: ['writes that were refused', String(refused)],
        target: '0',
        verdict: judge(refused === 0, 'count', options),
      },
      {
        cells: ['reads of the past', String(past)],
        target: '0',
        verdict: judge(past === 0, 'count', options),
      },
      { cells: ['both reads after a write, p50', milliseconds(quantile(latencies, 0.5))] },
      { cells: ['calls to upstream a round', count(calls / rounds)] },
      { cells: ['memory of Redis, keys', `${(memory / 1024 / 1024).toFixed(1)} MB, ${await redis.keys()}`] },
    ];
    return judgedReport('Written here, read there', [`${rounds} rounds`, 'three gateways'], rows, []);
  });
}
