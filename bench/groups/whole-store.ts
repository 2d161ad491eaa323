import { readAnswer } from '../answers.ts';
import { load } from '../load.ts';
import { failuresOf } from '../measure.ts';
import { count, size } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { judge, judgedReport } from '../report.ts';
import { noBudget, type Server, startGateway, startStageApi } from '../servers.ts';
import { idOf, stagesPerApi } from '../state.ts';
import { oneApi } from '../workloads.ts';

const apis = 600;
const heapLimit = 150e6;
/** Long enough for everything to be there at once. */
const env = { ...noBudget, CACHE_TTL_SECONDS: '300' };
const withinMs = 120_000;

const readAll = (server: Server) =>
  load({
    ...{ url: server.url, clients: 10, ms: withinMs, count: apis, read: readAnswer },
    sent: (n) => oneApi.sent(server.language, [idOf(n)], n),
  });

/** What the store holds of a large account, and that it holds it. */
export async function wholeStore() {
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, apis);
    const server = await startGateway(workshop, stageApi, { env });
    const empty = await server.memory();
    const first = await readAll(server);
    const full = await server.memory();
    await stageApi.resetCalls();
    const second = await readAll(server);
    const calls = await stageApi.calls();
    const stages = apis * stagesPerApi;
    const rows = [
      { cells: ['heap before', size(empty.heapUsed)] },
      {
        cells: [`heap with ${stages} stages`, size(full.heapUsed)],
        target: `< ${size(heapLimit)}, in the store`,
        verdict: judge(full.heapUsed < heapLimit && calls === 0, 'count', { quick: false }),
      },
      { cells: ['RSS', size(full.rss)] },
      {
        cells: ['upstream calls to read all again', String(calls)],
        target: '0: it is in the store',
        verdict: judge(calls === 0, 'count', { quick: false }),
      },
      {
        cells: ['failed', failuresOf([first, second])],
        target: '0',
        verdict: judge(first.failed + second.failed === 0, 'count', { quick: false }),
      },
      { cells: ['read first, then again', `${count(first.seconds)} s, ${count(second.seconds)} s`] },
    ];
    return judgedReport(`${stages} stages in the store`, ['', 'gateway'], rows);
  });
}
