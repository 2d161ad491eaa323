import { setTimeout as sleep } from 'node:timers/promises';
import { load } from '../load.ts';
import { failuresOf } from '../measure.ts';
import { count, median, milliseconds, size } from '../numbers.ts';
import { type Memory, type ServerProcess, withWorkshop } from '../processes.ts';
import { judge, judgedReport, type JudgedRow } from '../report.ts';
import { startGateway, startStageApi } from '../servers.ts';
import { idOf } from '../state.ts';
import { mutation, type Workload, workloads } from '../workloads.ts';

/** Fewer than the quota could keep fresh alone, more than the burst fills. */
const apis = 50;
const clients = 20;
const samples = 20;
/** Flat: the last third holds no more than the second, but for this share and these bytes. */
const growth = { share: 1.1, bytes: 5e6 };

interface Sample extends Memory {
  readonly seconds: number;
}

async function sampleMemory(server: ServerProcess, ms: number): Promise<Sample[]> {
  const begin = performance.now();
  const found: Sample[] = [];
  for (let i = 1; i <= samples; i++) {
    await sleep(Math.max(0, (ms * i) / samples - (performance.now() - begin)));
    found.push({ seconds: (performance.now() - begin) / 1000, ...(await server.memory()) });
  }
  return found;
}

const reads = workloads.filter(({ reads }) => reads);
const sentTo = (workload: Workload, n: number) =>
  workload.sent(
    'graphql',
    Array.from({ length: workload.apis }, (_, api) => idOf((n * 7 + api) % apis)),
    n,
  );

const readsInTurn = (n: number) => {
  const workload = reads[n % reads.length];
  if (!workload) throw new Error('There is no workload that reads');
  return sentTo(workload, n);
};

/** All reads as fast as they go, and a mutation every few seconds, while the quota is enforced. */
export async function longLoad({ ms }: { readonly ms: number }) {
  return withWorkshop(async (workshop) => {
    const stageApi = await startStageApi(workshop, apis);
    const server = await startGateway(workshop, stageApi);
    await stageApi.setModes({ quota: true });
    const { url } = server;
    // What starts up is not what lasts.
    const warmUp = await load({ url, clients, ms: Math.min(20_000, ms), sent: readsInTurn });
    const cpuBefore = await server.cpuMs();
    const [read, written, memory] = await Promise.all([
      load({ url, clients, ms, sent: readsInTurn }),
      load({ url, clients: 1, everyMs: 3000, ms, sent: (n) => sentTo(mutation, n) }),
      sampleMemory(server, ms),
    ]);
    const cpuMs = (await server.cpuMs()) - cpuBefore;
    const refused = (await stageApi.answersByStatus())['429'] ?? 0;

    const third = Math.floor(samples / 3);
    const middleOf = (some: readonly Sample[], of: keyof Memory) => median(some.map((one) => one[of]));
    const before = middleOf(memory.slice(third, 2 * third), 'heapUsed');
    const after = middleOf(memory.slice(2 * third), 'heapUsed');
    const isFlat = after <= before * growth.share + growth.bytes;
    const timed = memory.filter((_, i) => i % Math.ceil(samples / 5) === 0 || i === samples - 1);
    const rows: JudgedRow[] = [
      {
        cells: ['heap, second third → last third', `${size(before)} → ${size(after)}`],
        target: 'flat',
        verdict: judge(isFlat, 'count', { quick: false }),
      },
      ...timed.map(({ seconds, heapUsed, rss }) => ({
        cells: [`after ${Math.round(seconds)} s`, `heap ${size(heapUsed)}, RSS ${size(rss)}`],
      })),
      { cells: ['reads: succeeded', `${read.succeeded}, ${count(Math.round(read.perSecond))} a second`] },
      {
        cells: ['reads: failed', failuresOf([read])],
        target: '0',
        verdict: judge(read.failed === 0, 'count', { quick: false }),
      },
      { cells: ['reads: p50, p99', `${milliseconds(read.p50)}, ${milliseconds(read.p99)}`] },
      { cells: ['mutations: succeeded', String(written.succeeded)] },
      { cells: ['mutations: failed', failuresOf([written])] },
      { cells: ['mutations: p50, p99', `${milliseconds(written.p50)}, ${milliseconds(written.p99)}`] },
      {
        cells: ['429 from upstream', String(refused)],
        target: '0',
        verdict: judge(refused === 0, 'count', { quick: false }),
      },
      { cells: ['CPU in use', `${count(cpuMs / 1000 / read.seconds)} of a core`] },
      { cells: ['failed in the warm-up', failuresOf([warmUp])] },
    ];
    return judgedReport(`${count(ms / 60_000)} minutes at full load`, ['', 'gateway'], rows, [
      `${clients} clients read W1 to W4 without pause over ${apis} REST APIs, one changes a stage every 3 s; the quota is enforced, the gateway has its defaults. Heap after a collection.`,
    ]);
  });
}
