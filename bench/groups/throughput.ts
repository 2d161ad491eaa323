import { assertSameAnswers, failuresOf, inRounds, measure, medianOf, ratioOf, warmUp } from '../measure.ts';
import { count, milliseconds, size, times } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judgedReport, type JudgedRow } from '../report.ts';
import { noBudget, noCache, startGateway, startStageApi, startYardstick } from '../servers.ts';
import { workloads } from '../workloads.ts';

/** Every workload as fast as it goes, upstream answering at once: what the servers themselves cost. */
export async function throughput({ quick }: BenchmarkOptions) {
  const rounds = quick ? 1 : 3;
  const round = quick ? { clients: 2, ms: 100 } : { clients: 10, ms: 1000 };
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, 60);
    const uncached = { name: 'gateway, TTL 0', env: { ...noBudget, ...noCache } };
    const servers = [
      await startYardstick(workshop, stageApi, 'naive-apollo'),
      await startYardstick(workshop, stageApi, 'sdk-behind-fastify'),
      await startGateway(workshop, stageApi, { env: noBudget }),
      await startGateway(workshop, stageApi, uncached),
    ];
    const [naive, sdk] = servers;
    const rows: JudgedRow[] = [];
    for (const workload of workloads) {
      await assertSameAnswers(servers, workload);
      await warmUp(servers, stageApi, workload, round);
      const found = await inRounds(servers, rounds, (server) => measure(server, stageApi, workload, round));
      for (const server of servers) {
        const own = found.get(server) ?? [];
        const against = (other: typeof naive) =>
          other === undefined || other === server ? '' : times(ratioOf(own, found.get(other), 'perSecond'));
        rows.push({
          cells: [
            `${workload.name} ${server.name}`,
            count(Math.round(medianOf(own, 'perSecond'))),
            against(naive),
            against(sdk),
            count(medianOf(own, 'callsPerOperation')),
            milliseconds(medianOf(own, 'p50')),
            milliseconds(medianOf(own, 'p99')),
            milliseconds(medianOf(own, 'cpuMsPerOperation')),
            failuresOf(own),
          ],
        });
      }
    }
    for (const server of servers) {
      const { heapUsed, rss } = await server.memory();
      rows.push({
        cells: [
          `memory of ${server.name}, after all`,
          `heap ${size(heapUsed)}, RSS ${size(rss)}`,
          ...Array<string>(7).fill(''),
        ],
      });
    }
    const head = ['W1 to W5', 'a second', ': naive', ': SDK', 'calls', 'p50', 'p99', 'CPU', 'failed'];
    return judgedReport('Throughput, upstream without latency or quota', head, rows, [
      `${round.clients} clients without pause; medians of ${rounds} interleaved rounds; calls and CPU are of one operation.`,
    ]);
  });
}
