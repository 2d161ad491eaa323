import { setTimeout as sleep } from 'node:timers/promises';
import { readAnswer } from '../answers.ts';
import { load, type LoadResult } from '../load.ts';
import { failuresOf } from '../measure.ts';
import { count, milliseconds } from '../numbers.ts';
import { withWorkshop, type Workshop } from '../processes.ts';
import { judge, judgedReport, type Verdict } from '../report.ts';
import { type StageApi, startGateway, startStageApi } from '../servers.ts';
import { idOf } from '../state.ts';
import { mutation, oneApi } from '../workloads.ts';

/** As many as the gateway's burst fills at once. */
const apis = 15;
const clients = 15;
const everyMs = 100;
/** The gateway's default share of the quota. */
const share = { burst: 20, perSecond: 5 };
const recoveryMs = 10_000;

const judgeCount = (holds: boolean): Verdict => judge(holds, 'count', { quick: false });

/** A way of not answering. */
interface Absence {
  readonly title: string;
  readonly says: string;
  /** What becomes of a change meanwhile, and how soon its sender knows. */
  readonly rightCode: string;
  readonly failsWithinMs: number;
  /** Whether a change may have been carried out: what was read of its REST API before is then nobody's to show. */
  readonly leavesDoubt: boolean;
  begin(stageApi: StageApi): Promise<void>;
  /** Gives the Stage API that answers again, with its quota full. */
  end(workshop: Workshop, stageApi: StageApi): Promise<StageApi>;
}

/** Killed, away, and back where it was. */
const killed: Absence = {
  title: 'Upstream gone',
  says: "the Stage API's port refuses connections",
  rightCode: 'UPSTREAM_UNAVAILABLE',
  failsWithinMs: 3000,
  leavesDoubt: false,
  begin: (stageApi) => stageApi.stop(),
  async end(workshop, stageApi) {
    const restarted = await startStageApi(workshop, apis, stageApi.port);
    await restarted.setModes({ quota: true });
    return restarted;
  },
};

/** It takes every call and answers none. A change may have been carried out: that is what its sender must be told. */
const hanging: Absence = {
  title: 'Upstream hangs',
  says: 'the Stage API answers nothing that it is asked',
  rightCode: 'OUTCOME_UNKNOWN',
  // The default of UPSTREAM_TIMEOUT_SECONDS for each of two attempts, within UPSTREAM_DEADLINE_SECONDS.
  failsWithinMs: 26_000,
  leavesDoubt: true,
  begin: (stageApi) => stageApi.setModes({ faults: [{ operation: '*', action: 'hang' }] }),
  async end(_, stageApi) {
    await stageApi.setModes({ faults: [], quota: true });
    await stageApi.resetCalls();
    return stageApi;
  },
};

export const upstreamGone = (options: { readonly goneMs: number }) => withdraw(killed, options);
export const upstreamHangs = (options: { readonly goneMs: number }) => withdraw(hanging, options);

async function withdraw(absence: Absence, { goneMs }: { readonly goneMs: number }) {
  const { rightCode, failsWithinMs, leavesDoubt } = absence;
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, apis);
    const { url } = await startGateway(workshop, stageApi);
    let newest = new Map<number, number>();
    const changed = new Set<number>();
    let failedBesides = 0;
    const read = (ms: number) =>
      load({
        ...{ url, clients, everyMs, ms, read: readAnswer },
        sent: (n) => oneApi.sent('graphql', [idOf(n % apis)], n),
        onAnswer({ failure, stages }, n) {
          const observed = Math.min(...stages.map(({ observedAt }) => observedAt.getTime()));
          if (failure === undefined) newest.set(n % apis, observed);
          else if (!(leavesDoubt && changed.has(n % apis) && failure === 'UPSTREAM_TIMEOUT')) failedBesides++;
        },
      });
    const writeMs: number[] = [];
    const write = (ms: number) => {
      let asked = 0;
      return load({
        ...{ url, clients: 1, everyMs: 1000, ms },
        sent(n) {
          asked = performance.now();
          changed.add(n % apis);
          return mutation.sent('graphql', [idOf(n % apis)], n);
        },
        onAnswer: () => void writeMs.push(performance.now() - asked),
      });
    };

    const before = await read(8000);
    await absence.begin(stageApi);
    failedBesides = 0;
    const [gone, writes] = await Promise.all([read(goneMs), write(goneMs)]);
    const lost = failedBesides;
    const slowest = Math.max(...writeMs);

    newest = new Map();
    const [back, { again, backAt, calls, refused }] = await Promise.all([
      read(recoveryMs),
      (async () => {
        const restarted = await absence.end(workshop, stageApi);
        const at = Date.now();
        await sleep(recoveryMs / 2);
        const calls = await restarted.calls();
        const refused = (await restarted.answersByStatus())['429'] ?? 0;
        return { again: restarted, backAt: at, calls, refused };
      })(),
    ]);
    const after = await read(3000);
    const fresh = [...newest.values()].filter((observed) => observed >= backAt).length;
    const finallyRefused = (await again.answersByStatus())['429'] ?? 0;
    const allowed = share.burst + (share.perSecond * recoveryMs) / 2000;

    const codes = (result: LoadResult) => [...result.failures.keys()];
    const rows = [
      { cells: ['before: reads failed', failuresOf([before])] },
      {
        cells: ['gone: reads failed', `${failuresOf([gone])} of ${gone.failed + gone.succeeded}`],
        target: leavesDoubt
          ? 'only UPSTREAM_TIMEOUT, of REST APIs whose change is in doubt'
          : '0: reads from the store go on',
        verdict: judgeCount(lost === 0),
      },
      {
        cells: ['gone: mutations failed', `${failuresOf([writes])} of ${writes.failed + writes.succeeded}`],
        target: `all, with ${rightCode}`,
        verdict: judgeCount(writes.succeeded === 0 && codes(writes).every((code) => code === rightCode)),
      },
      {
        cells: ['gone: slowest failure of a mutation', milliseconds(slowest)],
        target: `≤ ${failsWithinMs / 1000} s`,
        verdict: judgeCount(slowest <= failsWithinMs),
      },
      {
        cells: [`back: calls in ${recoveryMs / 2000} s`, String(calls)],
        target: `≤ ${allowed}: no herd`,
        verdict: judgeCount(calls <= allowed),
      },
      {
        cells: ['back: 429', `${refused}, later ${finallyRefused}`],
        target: '0',
        verdict: judgeCount(finallyRefused === 0),
      },
      { cells: ['back: reads failed', failuresOf([back])] },
      {
        cells: ['recovered: reads failed', failuresOf([after])],
        target: '0',
        verdict: judgeCount(after.failed === 0),
      },
      {
        cells: ['recovered: REST APIs read anew', `${fresh} of ${apis}`],
        target: 'all',
        verdict: judgeCount(fresh === apis),
      },
    ];
    return judgedReport(`${absence.title} for ${count(goneMs / 1000)} s`, ['', 'gateway'], rows, [
      `${clients} clients poll ${apis} REST APIs every ${everyMs} ms, one changes a stage every second while ${absence.says}.`,
    ]);
  });
}
