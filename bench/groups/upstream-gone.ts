import { setTimeout as sleep } from 'node:timers/promises';
import { readAnswer } from '../answers.ts';
import { load, type LoadResult } from '../load.ts';
import { failuresOf } from '../measure.ts';
import { count, milliseconds } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { judge, judgedReport, type Verdict } from '../report.ts';
import { startGateway, startStageApi } from '../servers.ts';
import { idOf } from '../state.ts';
import { mutation, oneApi } from '../workloads.ts';

/** As many as the gateway's burst fills at once. */
const apis = 15;
const clients = 15;
const everyMs = 100;
const rightCode = 'UPSTREAM_UNAVAILABLE';
const fastMs = 3000;
/** The gateway's default share of the quota. */
const share = { burst: 20, perSecond: 5 };
const recoveryMs = 10_000;

const judgeCount = (holds: boolean): Verdict => judge(holds, 'count', { quick: false });

/** The Stage API is killed, stays away, and comes back where it was. */
export async function upstreamGone({ goneMs }: { readonly goneMs: number }) {
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, apis);
    const { url } = await startGateway(workshop, stageApi);
    let newest = new Map<number, number>();
    const read = (ms: number) =>
      load({
        ...{ url, clients, everyMs, ms, read: readAnswer },
        sent: (n) => oneApi.sent('graphql', [idOf(n % apis)], n),
        onAnswer({ failure, stages }, n) {
          const observed = Math.min(...stages.map(({ observedAt }) => observedAt.getTime()));
          if (failure === undefined) newest.set(n % apis, observed);
        },
      });
    const writeMs: number[] = [];
    const write = (ms: number) => {
      let asked = 0;
      return load({
        ...{ url, clients: 1, everyMs: 1000, ms },
        sent(n) {
          asked = performance.now();
          return mutation.sent('graphql', [idOf(n % apis)], n);
        },
        onAnswer: () => void writeMs.push(performance.now() - asked),
      });
    };

    const before = await read(8000);
    await stageApi.stop();
    const [gone, writes] = await Promise.all([read(goneMs), write(goneMs)]);
    const slowest = Math.max(...writeMs);

    newest = new Map();
    const [back, { again, backAt, calls, refused }] = await Promise.all([
      read(recoveryMs),
      (async () => {
        const restarted = await startStageApi(workshop, apis, stageApi.port);
        await restarted.setModes({ quota: true });
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
        target: '0: reads from the store go on',
        verdict: judgeCount(gone.failed === 0),
      },
      {
        cells: ['gone: mutations failed', `${failuresOf([writes])} of ${writes.failed + writes.succeeded}`],
        target: `all, with ${rightCode}`,
        verdict: judgeCount(writes.succeeded === 0 && codes(writes).every((code) => code === rightCode)),
      },
      {
        cells: ['gone: slowest failure of a mutation', milliseconds(slowest)],
        target: `≤ ${fastMs / 1000} s`,
        verdict: judgeCount(slowest <= fastMs),
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
    return judgedReport(`Upstream gone for ${count(goneMs / 1000)} s`, ['', 'gateway'], rows, [
      `${clients} clients poll ${apis} REST APIs every ${everyMs} ms, one changes a stage every second while the Stage API's port refuses connections.`,
    ]);
  });
}
