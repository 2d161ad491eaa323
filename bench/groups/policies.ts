import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { countEverything, noBudget, type Server, startGateway, startStageApi } from '../servers.ts';
import { oneApi, sameOperation, sameText } from '../workloads.ts';

/** A warm read may cost so many times the CPU that it costs without policies. */
const AT_MOST = 1.03;

const policies = `
  permit(principal, action == Action::"read", resource);
  permit(principal, action == Action::"readVariables", resource)
    when { principal.hasTag("scope") && principal.getTag("scope").contains("stages:variables") };
  permit(principal, action in Action::"write", resource is Stage) when {
    principal.hasTag("groups") && resource.hasTag("team") &&
    principal.getTag("groups").contains(resource.getTag("team")) };
  forbid(principal, action in Action::"admin", resource is Stage) when { resource.stageName like "prod*" };
  forbid(principal, action, resource) when { principal has subject && principal.subject == "mallory" };`;

/** What policies add to reads that AWS need not be asked for. */
export async function policyCost(options: BenchmarkOptions) {
  const rounds = options.quick ? 1 : 15;
  const round = { clients: 10, ms: options.quick ? 200 : 1500 };
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, 60);
    const issuer = await startIssuer();
    const path = join(workshop.directory, 'policies.cedar');
    await writeFile(path, policies);
    const env = { ...noBudget, CACHE_TTL_SECONDS: '3600' };
    const start = async (name: string, more = {}) =>
      startGateway(workshop, stageApi, {
        name,
        env: { ...env, ...(await countEverything()), ...more },
        issuer,
      });
    const without = await start('scopes alone');
    const withPolicies = await start('with policies', { POLICIES: path });
    const servers = [without, withPolicies];

    const rowOf = (label: string, found: ReadonlyMap<Server, readonly Measurement[]>, server: Server) => {
      const own = found.get(server) ?? [];
      const ratio = ratioOf(own, found.get(without), 'cpuMsPerOperation');
      const row: JudgedRow = {
        cells: [
          `${label}: ${server.name}`,
          milliseconds(medianOf(own, 'cpuMsPerOperation')),
          server === without ? '' : times(ratio),
          count(medianOf(own, 'callsPerOperation')),
          failuresOf(own),
        ],
      };
      if (server === without) return row;
      return {
        ...row,
        target: `CPU ≤ ${AT_MOST} × scopes alone`,
        verdict: judge(ratio <= AT_MOST, 'time', options),
      };
    };

    const rows: JudgedRow[] = [];
    for (const [label, workload] of [
      ['W2c, text repeats', sameText],
      ['W2r, text and variables repeat', sameOperation],
      ['W2, as elsewhere', oneApi],
    ] as const) {
      await assertSameAnswers(servers, workload);
      await warmUp(servers, stageApi, workload, round, 4);
      const found = await inRounds(servers, rounds, (server) => measure(server, stageApi, workload, round));
      rows.push(...servers.map((server) => rowOf(label, found, server)));
    }
    issuer.close();
    return judgedReport('What policies cost a warm read', ['', 'CPU', 'ratio', 'calls', 'failed'], rows, [
      `${round.clients} clients without pause over 50 REST APIs, with one token; medians of ${rounds} interleaved rounds; all is in the cache. Five policies, which look at claims, tags and names.`,
    ]);
  });
}
