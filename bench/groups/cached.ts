import { startIssuer } from '../issuer.ts';
import {
  assertSameAnswers,
  failuresOf,
  inRounds,
  measure,
  type Measurement,
  medianOf,
  ratioOf,
  warmUp,
} from '../measure.ts';
import { count, milliseconds, times } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';
import {
  countEverything,
  noBudget,
  type Server,
  startGateway,
  startStageApi,
  startYardstick,
} from '../servers.ts';
import { oneApi, sameOperation, sameText, type Workload } from '../workloads.ts';

interface Target {
  readonly workload: Workload;
  readonly label: string;
  readonly than: 'apollo' | 'mercurius';
  /** So many times the yardstick's operations for the same CPU. */
  readonly atLeast: number;
}

const targets: readonly Target[] = [
  { workload: sameText, label: 'W2c, text repeats', than: 'mercurius', atLeast: 1 },
  { workload: sameOperation, label: 'W2r, text and variables repeat', than: 'apollo', atLeast: 10 },
  { workload: oneApi, label: 'W2, as elsewhere', than: 'apollo', atLeast: 0.9 },
];

/** What the gateway costs when AWS need not be asked. */
export async function cached(options: BenchmarkOptions) {
  const rounds = options.quick ? 1 : 9;
  const round = { clients: 10, ms: options.quick ? 200 : 1500 };
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, 60);
    const apollo = await startYardstick(workshop, stageApi, 'apollo-from-memory');
    const mercurius = await startYardstick(workshop, stageApi, 'mercurius-jit');
    const issuer = await startIssuer();
    // The yardsticks read once; the gateway shall not read again while it is measured either.
    const env = { ...noBudget, ...(await countEverything()), CACHE_TTL_SECONDS: '3600' };
    const gateway = await startGateway(workshop, stageApi, { env, issuer });
    const servers = [apollo, mercurius, gateway];

    const rowOf = (target: Target, found: ReadonlyMap<Server, readonly Measurement[]>, server: Server) => {
      const own = found.get(server) ?? [];
      // One core of work is compared, not how many operations the bench itself can ask for.
      const to = (yardstick: Server) => 1 / ratioOf(own, found.get(yardstick), 'cpuMsPerOperation');
      const yardstick = target.than === 'apollo' ? apollo : mercurius;
      const row: JudgedRow = {
        cells: [
          `${target.label}: ${server.name}`,
          milliseconds(medianOf(own, 'cpuMsPerOperation')),
          server === apollo ? '' : times(to(apollo)),
          server === mercurius ? '' : times(to(mercurius)),
          count(Math.round(medianOf(own, 'perSecond'))),
          milliseconds(medianOf(own, 'p50')),
          milliseconds(medianOf(own, 'p99')),
          count(medianOf(own, 'callsPerOperation')),
          failuresOf(own),
        ],
      };
      if (server !== gateway) return row;
      const verdict = judge(to(yardstick) >= target.atLeast, 'time', options);
      return { ...row, target: `for the same CPU ≥ ${target.atLeast} × ${yardstick.name}`, verdict };
    };

    const rows: JudgedRow[] = [];
    for (const target of targets) {
      const { workload } = target;
      await assertSameAnswers(servers, workload);
      // The store fills, and what runs often is compiled, more of it each time.
      await warmUp(servers, stageApi, workload, round, 4);
      const found = await inRounds(servers, rounds, (server) => measure(server, stageApi, workload, round));
      rows.push(...servers.map((server) => rowOf(target, found, server)));
    }
    issuer.close();
    const head = ['', 'CPU', 'Apollo :', 'Mercurius :', 'a second', 'p50', 'p99', 'calls', 'failed'];
    return judgedReport('W2 from the store', head, rows, [
      `${round.clients} clients without pause over 50 REST APIs; medians of ${rounds} interleaved rounds; all is in the store, for an hour. The gateway looks at a token of every request, counts it, and has metrics and a log; the yardsticks have nothing of the kind. CPU is of one operation; beside it, the yardsticks' for each of the server's own.`,
    ]);
  });
}
