import { assertSameAnswers, failuresOf, inRounds, measure, medianOf, ratioOf, warmUp } from '../measure.ts';
import { count, milliseconds, times } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport } from '../report.ts';
import { noBudget, startGateway, startStageApi, startYardstick } from '../servers.ts';
import { oneApi } from '../workloads.ts';

const target = 0.9;

/** What the gateway costs when AWS need not be asked. */
export async function cached(options: BenchmarkOptions) {
  const rounds = options.quick ? 1 : 9;
  const round = { clients: 10, ms: options.quick ? 200 : 1500 };
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, 60);
    const memory = await startYardstick(workshop, stageApi, 'apollo-from-memory');
    const gateway = await startGateway(workshop, stageApi, { env: noBudget });
    const servers = [memory, gateway];
    await assertSameAnswers(servers, oneApi);
    // Twice: the store fills, and what runs often is compiled.
    for (let i = 0; i < 2; i++) await warmUp(servers, stageApi, oneApi, round);
    const found = await inRounds(servers, rounds, (server) => measure(server, stageApi, oneApi, round));
    const rows = servers.map((server) => {
      const own = found.get(server) ?? [];
      const to = (of: 'perSecond' | 'cpuMsPerOperation') => ratioOf(own, found.get(memory), of);
      return {
        cells: [
          `W2, repeated: ${server.name}`,
          count(Math.round(medianOf(own, 'perSecond'))),
          server === memory ? '' : times(to('perSecond')),
          milliseconds(medianOf(own, 'p50')),
          milliseconds(medianOf(own, 'p99')),
          milliseconds(medianOf(own, 'cpuMsPerOperation')),
          server === memory ? '' : times(to('cpuMsPerOperation')),
          count(medianOf(own, 'callsPerOperation')),
          failuresOf(own),
        ],
        ...(server === gateway
          ? {
              target: `a second ≥ ${target} × from memory`,
              verdict: judge(to('perSecond') >= target, 'time', options),
            }
          : {}),
      };
    });
    const head = ['', 'a second', ': memory', 'p50', 'p99', 'CPU', ': memory', 'calls', 'failed'];
    return judgedReport('W2 from the store', head, rows, [
      `${round.clients} clients without pause over 50 REST APIs; medians of ${rounds} interleaved rounds; the TTL is the default.`,
    ]);
  });
}
