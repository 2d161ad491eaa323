import { readAnswer } from './answers.ts';
import { askOnce, load, type LoadResult } from './load.ts';
import { median } from './numbers.ts';
import { type Server, type StageApi } from './servers.ts';
import { idOf } from './state.ts';
import { type Workload } from './workloads.ts';

/** Neighbouring operations are about different REST APIs, so that no operation profits from its neighbours. */
const apisInTurn = 50;

const idsOf = (workload: Workload, n: number) =>
  Array.from({ length: workload.apis }, (_, api) => idOf((n * workload.apis + api) % apisInTurn));

/** The nth operation of a workload, as this server is asked it. */
export const operation = (workload: Workload, { language, headers }: Server, n: number) => ({
  ...workload.sent(language, idsOf(workload, n), n),
  headers,
});

export interface Measurement extends LoadResult {
  readonly callsPerOperation: number;
  readonly cpuMsPerOperation: number;
}

export interface Round {
  readonly clients: number;
  readonly ms: number;
}

/** How often each server was asked: what shall come once within a TTL does not come again in the next round. */
const asked = new WeakMap<Server, number>();

/** One server under one workload, and what it cost. */
export async function measure(
  server: Server,
  stageApi: StageApi,
  workload: Workload,
  { clients, ms }: Round,
): Promise<Measurement> {
  await stageApi.resetCalls();
  const cpuBefore = await server.cpuMs();
  const { url } = server;
  const before = asked.get(server) ?? 0;
  const result = await load({ url, clients, ms, sent: (n) => operation(workload, server, before + n) });
  asked.set(server, before + result.succeeded + result.failed);
  const cpuMs = (await server.cpuMs()) - cpuBefore;
  const calls = await stageApi.calls();
  const { succeeded } = result;
  return { ...result, callsPerOperation: calls / succeeded, cpuMsPerOperation: cpuMs / succeeded };
}

/** Rounds in which every server has its turn, back and forth, so that what disturbs the machine disturbs all alike. */
export async function inRounds(
  servers: readonly Server[],
  rounds: number,
  measureOne: (server: Server) => Promise<Measurement>,
): Promise<ReadonlyMap<Server, readonly Measurement[]>> {
  const found = new Map<Server, Measurement[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < rounds; round++)
    for (const server of round % 2 === 0 ? servers : servers.toReversed())
      found.get(server)?.push(await measureOne(server));
  return found;
}

type Figure = Exclude<keyof Measurement, 'failures'>;

export const medianOf = (measurements: readonly Measurement[] | undefined, of: Figure) =>
  median((measurements ?? []).map((one) => one[of]));

/** The median over the rounds of the ratio within each: neighbours in time are compared, not extremes. */
export const ratioOf = (
  measurements: readonly Measurement[] | undefined,
  to: readonly Measurement[] | undefined,
  of: Figure,
) => median((measurements ?? []).map((one, round) => one[of] / (to?.[round]?.[of] ?? NaN)));

/** What failed, and why most of it did. */
export function failuresOf(measurements: readonly Pick<LoadResult, 'failures'>[]): string {
  const failures = new Map<string, number>();
  for (const one of measurements)
    for (const [reason, number] of one.failures) failures.set(reason, (failures.get(reason) ?? 0) + number);
  const sorted = [...failures].sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? '0' : sorted.map(([reason, number]) => `${number} ${reason}`).join(', ');
}

/** Throws unless all servers answer an operation with the same stages: else their times compare nothing. */
export async function assertSameAnswers(servers: readonly Server[], workload: Workload) {
  const answers = await Promise.all(
    servers.map(async (server) => {
      const { failure, stages } = await askOnce(server.url, operation(workload, server, 0), readAnswer);
      if (failure !== undefined) throw new Error(`${server.name} fails ${workload.name}: ${failure}`);
      // Every server looked at its own moment, and a mutation changed its own.
      return JSON.stringify(stages.map((stage) => ({ ...stage, observedAt: 0, lastUpdatedDate: 0 })));
    }),
  );
  servers.forEach(({ name }, i) => {
    if (answers[i] !== answers[0])
      throw new Error(
        `${name} answers ${workload.name} with\n${answers[i] ?? ''}\nbut ${servers[0]?.name ?? ''} with\n${answers[0] ?? ''}`,
      );
  });
}

/** Both sides compile what they run often before anybody looks. */
export async function warmUp(
  servers: readonly Server[],
  stageApi: StageApi,
  workload: Workload,
  round: Round,
  times = 1,
) {
  for (let time = 0; time < times; time++)
    for (const server of servers) await measure(server, stageApi, workload, round);
}
