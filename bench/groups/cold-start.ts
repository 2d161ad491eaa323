import { setTimeout as sleep } from 'node:timers/promises';
import { readAnswer } from '../answers.ts';
import { load } from '../load.ts';
import { failuresOf } from '../measure.ts';
import { count, milliseconds, size } from '../numbers.ts';
import { withWorkshop, type Workshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';
import {
  noBudget,
  type Server,
  type StageApi,
  startGateway,
  startStageApi,
  startYardstick,
} from '../servers.ts';
import { idOf } from '../state.ts';
import { oneApi } from '../workloads.ts';

const clients = 20;
/** Unless the answer says when. */
const retryAfterMs = 1000;

interface Cold {
  readonly server: Server;
  readonly quota: boolean;
  readonly answered: number;
  readonly seconds: number;
  readonly failures: string;
  readonly calls: number;
  readonly refused: number;
  readonly heapUsed: number;
}

/** Everybody comes at once after a deployment: clients ask for all REST APIs, again where they are told to wait. */
async function fill(
  start: (stageApi: StageApi) => Promise<Server>,
  workshop: Workshop,
  { apis, quota, ms }: { apis: number; quota: boolean; ms: number },
): Promise<Cold> {
  const stageApi = await startStageApi(workshop, apis);
  await stageApi.setModes({ quota });
  const server = await start(stageApi);
  let answered = 0;
  const failures = new Map<string, number>();
  const begin = performance.now();
  const left = () => ms - (performance.now() - begin);

  async function readUntilAnswered(api: number) {
    while (left() > 0) {
      let waitMs = 0;
      const result = await load({
        url: server.url,
        clients: 1,
        count: 1,
        ms: left(),
        sent: (n) => oneApi.sent(server.language, [idOf(api)], n),
        read: readAnswer,
        onAnswer: ({ failure, retryAfterSeconds }) => {
          if (failure !== undefined)
            waitMs = retryAfterSeconds === undefined ? retryAfterMs : retryAfterSeconds * 1000;
        },
      });
      for (const [reason, number] of result.failures)
        failures.set(reason, (failures.get(reason) ?? 0) + number);
      if (result.succeeded > 0) {
        answered++;
        return;
      }
      await sleep(Math.min(waitMs, Math.max(0, left())));
    }
  }

  let next = 0;
  const client = async () => {
    while (next < apis && left() > 0) await readUntilAnswered(next++);
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - begin) / 1000;
  const refused = (await stageApi.answersByStatus())['429'] ?? 0;
  const calls = await stageApi.calls();
  const { heapUsed } = await server.memory();
  await Promise.all([server.stop(), stageApi.stop()]);
  return { server, quota, answered, seconds, failures: failuresOf([{ failures }]), calls, refused, heapUsed };
}

/** A gateway that has just started, and 600 REST APIs that it knows nothing of. */
export async function coldStart(options: BenchmarkOptions) {
  const apis = options.quick ? 30 : 600;
  const limitMs = options.quick ? 1500 : 30_000;
  return withWorkshop(async (workshop) => {
    const free = await fill((stageApi) => startGateway(workshop, stageApi, { env: noBudget }), workshop, {
      apis,
      quota: false,
      ms: 60_000,
    });
    // At once: they wait for the quota, not for each other.
    const limited = await Promise.all(
      [
        (stageApi: StageApi) => startGateway(workshop, stageApi),
        (stageApi: StageApi) => startYardstick(workshop, stageApi, 'sdk-behind-fastify'),
        (stageApi: StageApi) => startYardstick(workshop, stageApi, 'naive-apollo'),
      ].map((start) => fill(start, workshop, { apis, quota: true, ms: limitMs })),
    );
    const cells = ({ server, quota, answered, seconds, failures, calls, refused, heapUsed }: Cold) => [
      `W7 ${server.name}, ${quota ? 'quota enforced' : 'no quota, no budget'}`,
      milliseconds(server.startMs),
      `${answered} of ${apis}`,
      `${count(seconds)} s`,
      count(answered / seconds),
      String(calls),
      String(refused),
      failures,
      size(heapUsed),
    ];
    const [gateway, ...yardsticks] = limited;
    const rows: JudgedRow[] = [
      {
        cells: cells(free),
        target: 'all answered, one call each',
        verdict: judge(free.answered === apis && free.calls === apis, 'count', options),
      },
      ...(gateway
        ? [
            {
              cells: cells(gateway),
              target: 'not one 429',
              verdict: judge(gateway.refused === 0, 'count', options),
            },
          ]
        : []),
      ...yardsticks.map((yardstick) => ({ cells: cells(yardstick) })),
    ];
    const head = ['', 'start', 'REST APIs', 'in', 'a second', 'calls', '429', 'failed', 'heap'];
    return judgedReport('W7: cold start', head, rows, [
      `${clients} clients ask for the ten stages of every REST API, and again after a failure when its answer says, else after ${retryAfterMs / 1000} s; ${count(limitMs / 1000)} s where the quota is enforced.`,
    ]);
  });
}
