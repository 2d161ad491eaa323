import { type Answer, readAnswer } from '../answers.ts';
import { load } from '../load.ts';
import { failuresOf } from '../measure.ts';
import { count, milliseconds, quantile, times } from '../numbers.ts';
import { withWorkshop, type Workshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport, type JudgedRow } from '../report.ts';
import { type Server, type StageApi, startGateway, startStageApi, startYardstick } from '../servers.ts';
import { idOf } from '../state.ts';
import { oneApi } from '../workloads.ts';

const effort = {
  full: { clients: 100, apis: 50, ms: 30_000 },
  // As many REST APIs as the gateway's burst fills at once.
  quick: { clients: 30, apis: 15, ms: 1500 },
};
/** Fast for a dashboard, so that 40 times what the quota lets through fits in. */
const everyMs = 100;
const fillMs = 15_000;
/** The defaults of CACHE_TTL_SECONDS and STALE_SECONDS together, and a moment for the answer's way. */
const oldestMs = 65_500;
const timesYardstick = 40;

type Start = (workshop: Workshop, stageApi: StageApi) => Promise<Server>;

const refusedBy = async (stageApi: StageApi) => (await stageApi.answersByStatus())['429'] ?? 0;

/** Polls until every REST API was answered once, then counts. */
async function storm(workshop: Workshop, start: Start, { clients, apis, ms }: typeof effort.full) {
  const stageApi = await startStageApi(workshop, apis);
  const server = await start(workshop, stageApi);
  const apiOf = (n: number) => (n * 7) % apis;
  const poll = (
    onAnswer: (answer: Answer, n: number) => void,
    until: { readonly ms: number; readonly isDone?: () => boolean },
  ) =>
    load({
      ...{ url: server.url, clients, everyMs, onAnswer, read: readAnswer, ...until },
      sent: (n) => oneApi.sent(server.language, [idOf(apiOf(n))], n),
    });

  await stageApi.setModes({ quota: true });
  const filled = new Set<number>();
  const isFilled = () => filled.size === apis;
  const fill = await poll(
    ({ failure }, n) => {
      if (failure === undefined) filled.add(apiOf(n));
    },
    { ms: Math.min(fillMs, ms), isDone: isFilled },
  );
  const { heapUsed } = await server.memory();
  const cpuBefore = await server.cpuMs();
  await stageApi.resetCalls();
  /** Of the oldest stage of every answer. */
  const ages: number[] = [];
  const result = await poll(
    ({ failure, stages }) => {
      const observed = stages.map(({ observedAt }) => observedAt.getTime());
      if (failure === undefined) ages.push(Date.now() - Math.min(...observed));
    },
    { ms },
  );
  const calls = await stageApi.calls();
  const cpuMs = (await server.cpuMs()) - cpuBefore;
  const refused = await refusedBy(stageApi);
  await Promise.all([server.stop(), stageApi.stop()]);
  return { server, fill, isFilled: isFilled(), result, calls, cpuMs, refused, heapUsed, ages };
}

type Stormed = Awaited<ReturnType<typeof storm>>;

const asked = ({ result }: Stormed) => result.failed + result.succeeded;
const oldest = ({ ages }: Stormed) => quantile(ages, 1);

function report(gateway: Stormed, yardsticks: readonly Stormed[], options: BenchmarkOptions) {
  const all = [gateway, ...yardsticks];
  const line = (name: string, cell: (one: Stormed) => string) => ({ cells: [name, ...all.map(cell)] });
  const best = Math.max(...yardsticks.map(({ result }) => result.perSecond));
  const rows: JudgedRow[] = [
    line('first fill', ({ isFilled, fill }) => `${isFilled ? '' : 'not in '}${count(fill.seconds)} s`),
    line('failed meanwhile', ({ fill }) => failuresOf([fill])),
    line('afterwards: succeeded', ({ result }) => String(result.succeeded)),
    {
      ...line('afterwards: failed', ({ result }) => failuresOf([result])),
      target: '0',
      verdict: judge(gateway.isFilled && gateway.result.failed === 0, 'time', options),
    },
    line('share that failed', (one) => `${((100 * one.result.failed) / asked(one)).toFixed(1)} %`),
    {
      ...line('succeeded a second', ({ result }) => count(result.perSecond)),
      target: `≥ ${timesYardstick} × the better yardstick, ${count(timesYardstick * best)}`,
      verdict: judge(gateway.result.perSecond >= timesYardstick * best, 'time', options),
    },
    line('gateway : this one', ({ result }) => times(gateway.result.perSecond / result.perSecond)),
    {
      ...line('429 from upstream, the fill too', ({ refused }) => String(refused)),
      target: '0',
      verdict: judge(gateway.refused === 0, 'count', options),
    },
    line('upstream calls a second, refused ones too', ({ calls, result }) => count(calls / result.seconds)),
    {
      ...line('oldest answer', (one) => milliseconds(oldest(one))),
      target: '≤ TTL + stale bound, 65 s',
      verdict: judge(oldest(gateway) <= oldestMs, 'count', options),
    },
    line('median age', ({ ages }) => milliseconds(quantile(ages, 0.5))),
    line('p50', ({ result }) => milliseconds(result.p50)),
    line('p99', ({ result }) => milliseconds(result.p99)),
    line('CPU per operation, failed ones too', (one) => milliseconds(one.cpuMs / asked(one))),
  ];
  const { clients, apis, ms } = options.quick ? effort.quick : effort.full;
  const head = [`W6, ${ms / 1000} s`, ...all.map(({ server }) => server.name)];
  return judgedReport('W6: a dashboard while the quota is enforced', head, rows, [
    `${clients} clients poll the ten stages of ${apis} REST APIs in turn, each every ${everyMs} ms at most. The gateway has its defaults. Counted from when every REST API was answered once, or after ${Math.min(fillMs, ms) / 1000} s.`,
  ]);
}

/** A dashboard in a hundred browsers while AWS enforces its quota. */
export async function quotaStorm(options: BenchmarkOptions) {
  const chosen = options.quick ? effort.quick : effort.full;
  return withWorkshop(async (workshop) => {
    // The yardsticks wait for the quota most of the time; the gateway has the machine for itself.
    const yardsticks = await Promise.all(
      (['naive-apollo', 'sdk-behind-fastify'] as const).map((yardstick) =>
        storm(workshop, (...where) => startYardstick(...where, yardstick), chosen),
      ),
    );
    const gateway = await storm(workshop, startGateway, chosen);
    return report(gateway, yardsticks, options);
  });
}
