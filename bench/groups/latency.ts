import { assertSameAnswers, failuresOf, inRounds, measure, medianOf, ratioOf, warmUp } from '../measure.ts';
import { count, milliseconds, times } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';
import { noBudget, noCache, startGateway, startStageApi, startYardstick } from '../servers.ts';
import { entities, oneApi } from '../workloads.ts';

const latencyMs = 20;
/** How many times the p50 of the plain SDK behind Fastify. */
const targets = [
  { workload: oneApi, clients: 1, ratio: 1.1 },
  { workload: oneApi, clients: 10, ratio: 1.1 },
  { workload: entities, clients: 1, ratio: 1.3 },
];

/** What the gateway adds to a call to AWS when it may not answer from its store. */
export async function latency(options: BenchmarkOptions) {
  const rounds = options.quick ? 1 : 5;
  const ms = options.quick ? 150 : 1500;
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, 60);
    const sdk = await startYardstick(workshop, stageApi, 'sdk-behind-fastify');
    const naive = await startYardstick(workshop, stageApi, 'naive-apollo');
    const gateway = await startGateway(workshop, stageApi, { env: { ...noBudget, ...noCache } });
    const servers = [sdk, gateway, naive];
    const rows: JudgedRow[] = [];
    for (const { workload, clients, ratio } of targets) {
      await stageApi.setModes({ latencyMs: 0 });
      await assertSameAnswers(servers, workload);
      // What runs often is compiled, more of it each time.
      await warmUp(servers, stageApi, workload, { clients: 10, ms }, 4);
      await stageApi.setModes({ latencyMs });
      const found = await inRounds(servers, rounds, (server) =>
        measure(server, stageApi, workload, { clients, ms }),
      );
      for (const server of servers) {
        const own = found.get(server) ?? [];
        const toSdk = ratioOf(own, found.get(sdk), 'p50');
        rows.push({
          cells: [
            `${workload.name}, ${clients} at a time: ${server.name}`,
            milliseconds(medianOf(own, 'p50')),
            server === sdk ? '' : times(toSdk),
            milliseconds(medianOf(own, 'p99')),
            count(Math.round(medianOf(own, 'perSecond'))),
            milliseconds(medianOf(own, 'cpuMsPerOperation')),
            count(medianOf(own, 'callsPerOperation')),
            failuresOf(own),
          ],
          ...(server === gateway
            ? { target: `p50 ≤ ${ratio} × SDK`, verdict: judge(toSdk <= ratio, 'time', options) }
            : {}),
        });
      }
    }
    const head = [
      `${latencyMs} ms upstream, TTL 0`,
      'p50',
      ': SDK',
      'p99',
      'a second',
      'CPU',
      'calls',
      'failed',
    ];
    return judgedReport('Cold reads while upstream takes its time', head, rows, [
      `Medians of ${rounds} interleaved rounds; concurrent operations are about different REST APIs.`,
    ]);
  });
}
