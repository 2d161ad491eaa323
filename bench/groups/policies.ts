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
  warmUp,
} from '../measure.ts';
import { count, median, milliseconds, sum, times } from '../numbers.ts';
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

type Found = ReadonlyMap<Server, readonly Measurement[]>;
/** The measurements of several processes, by round. */
type Together = readonly (readonly Measurement[])[];

const cpuOf = (all: readonly Measurement[]): number =>
  sum(all.map(({ cpuMsPerOperation }) => cpuMsPerOperation)) / all.length;

/** What policies add to reads that AWS need not be asked for. */
export async function policyCost(options: BenchmarkOptions) {
  const rounds = options.quick ? 1 : 10;
  // Two processes of the same program differ by more than policies cost: of each kind there are several.
  const processes = options.quick ? 1 : 3;
  const round = { clients: 10, ms: options.quick ? 200 : 1000 };
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
    const startAll = (name: string, more = {}) =>
      Promise.all(Array.from({ length: processes }, () => start(name, more)));
    const without = await startAll('scopes alone');
    const withPolicies = await startAll('with policies', { POLICIES: path });
    const servers = Array.from({ length: processes }, (_, n) => [without[n], withPolicies[n]])
      .flat()
      .filter((server) => server !== undefined);

    /** Each round of all processes of a kind as one. */
    const together = (found: Found, kind: readonly Server[]): Together => {
      const all = kind.map((server) => found.get(server) ?? []);
      return Array.from({ length: rounds }, (_, n) => all.flatMap((own) => own[n] ?? []));
    };
    const rowsOf = (label: string, found: Found): JudgedRow[] => {
      const [scopes, policies] = [together(found, without), together(found, withPolicies)];
      const ratio = median(policies.map((own, n) => cpuOf(own) / cpuOf(scopes[n] ?? [])));
      const cells = (name: string, own: Together, said: string) => [
        `${label}: ${name}`,
        milliseconds(median(own.map(cpuOf))),
        said,
        count(medianOf(own.flat(), 'callsPerOperation')),
        failuresOf(own.flat()),
      ];
      return [
        { cells: cells('scopes alone', scopes, '') },
        {
          cells: cells('with policies', policies, times(ratio)),
          target: `CPU ≤ ${AT_MOST} × scopes alone`,
          verdict: judge(ratio <= AT_MOST, 'time', options),
        },
      ];
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
      rows.push(...rowsOf(label, found));
    }
    issuer.close();
    return judgedReport('What policies cost a warm read', ['', 'CPU', 'ratio', 'calls', 'failed'], rows, [
      `${round.clients} clients without pause over 50 REST APIs, with one token; medians of ${rounds} interleaved rounds of ${processes} processes of each kind; all is in the cache. Five policies, which look at claims, tags and names.`,
    ]);
  });
}
