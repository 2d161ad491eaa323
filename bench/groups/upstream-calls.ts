import { readAnswer } from '../answers.ts';
import { askOnce } from '../load.ts';
import { count } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
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
import { type Workload, workloads } from '../workloads.ts';

const repeats = 3;

/** Calls of one operation about REST APIs that were not read before, and the most of its repetitions. */
async function callsOf(server: Server, stageApi: StageApi, workload: Workload, ids: string[]) {
  const calls: number[] = [];
  for (let time = 0; time <= repeats; time++) {
    await stageApi.resetCalls();
    const sent = workload.sent(server.language, ids, time);
    const { failure } = await askOnce(server.url, sent, readAnswer);
    if (failure !== undefined) throw new Error(`${server.name} fails ${workload.name}: ${failure}`);
    calls.push(await stageApi.calls());
  }
  const [cold = NaN, ...again] = calls;
  return { cold, again: Math.max(...again) };
}

async function worst(
  server: Server,
  stageApi: StageApi,
  workload: Workload,
  nextIds: () => string[],
  times: number,
) {
  const all: Awaited<ReturnType<typeof callsOf>>[] = [];
  for (let i = 0; i < times; i++) all.push(await callsOf(server, stageApi, workload, nextIds()));
  return {
    cold: Math.max(...all.map(({ cold }) => cold)),
    again: Math.max(...all.map(({ again }) => again)),
  };
}

/** How many upstream calls an operation costs that were not read before, and the same again. */
export async function upstreamCalls(options: BenchmarkOptions) {
  const times = options.quick ? 1 : 5;
  return withWorkshop(async (workshop) => {
    const needed = workloads.reduce((sum, { apis }) => sum + apis, 0) * times;
    const stageApi = await startStageApi(workshop, needed);
    const gateway = await startGateway(workshop, stageApi, { env: noBudget });
    const yardsticks = [
      await startYardstick(workshop, stageApi, 'naive-apollo'),
      await startYardstick(workshop, stageApi, 'sdk-behind-fastify'),
    ];
    const rows: JudgedRow[] = [];
    let used = 0;
    for (const workload of workloads) {
      const first = used;
      const from = () => {
        let next = first;
        return () => Array.from({ length: workload.apis }, () => idOf(next++));
      };
      const of = (server: Server) => worst(server, stageApi, workload, from(), times);
      const { cold, again } = await of(gateway);
      used += workload.apis * times;
      const others: string[] = [];
      // One after the other: they share the counter.
      for (const yardstick of yardsticks) others.push(count((await of(yardstick)).cold));
      const { name, title, minimum, reads } = workload;
      rows.push({
        cells: [`${name}: ${title}, cold`, count(cold), ...others],
        target: `${minimum}`,
        verdict: judge(cold === minimum, 'count', options),
      });
      if (reads)
        rows.push({
          cells: [`${name}: the same within the TTL`, count(again), ...others],
          target: '0',
          verdict: judge(again === 0, 'count', options),
        });
    }
    const head = ['upstream calls per operation', gateway.name, ...yardsticks.map(({ name }) => name)];
    return judgedReport('Upstream calls', head, rows, [
      `The most of ${times} operations, each about other REST APIs.`,
    ]);
  });
}
