import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { milliseconds, quantile, size } from '../numbers.ts';
import { withWorkshop } from '../processes.ts';
import { type BenchmarkOptions, judge, judgedReport } from '../report.ts';
import { noBudget, type Server, type StageApi, startGateway, startStageApi } from '../servers.ts';
import { idOf, stageNameOf } from '../state.ts';

const full = { accounts: 40, apis: 50, stages: 3, reads: 5000 };
const quick = { accounts: 4, apis: 5, stages: 3, reads: 100 };
const regions = ['eu-central-1', 'us-east-1', 'ap-south-1'] as const;
const clients = 10;
/** Of one operation: enough targets to need several, few enough for the limit of tokens. */
const targetsOfOperation = 30;
const goals = { bytes: 400e6, startMs: 2000 };

interface Target {
  readonly account: string;
  readonly region: string;
}

/** The accounts of a Region share one Stage API process: each of them has its APIs there. */
async function writeTargets(file: string, accounts: number, apis: readonly StageApi[]): Promise<Target[]> {
  const targets = Array.from({ length: accounts }, (_, index) => String(100_000_000_000 + index)).flatMap(
    (account) => regions.map((region, place) => ({ account, regions: [region], endpoint: apis[place]?.url })),
  );
  await writeFile(file, JSON.stringify({ targets }));
  return targets.map(({ account, regions: [region = ''] }) => ({ account, region }));
}

async function ask({ url }: Server, query: string): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"') || text.includes(':null'))
    throw new Error(text.slice(0, 500));
}

const at = ({ account, region }: Target): string => `account: "${account}", region: "${region}"`;

/** One stage of each target. */
function operations(targets: readonly Target[]): string[] {
  const fields = targets.map(
    (target, index) =>
      `a${index}: stage(restApiId: "${idOf(0)}", stageName: "${stageNameOf(0)}", ${at(target)}) { deploymentId }`,
  );
  const count = Math.ceil(fields.length / targetsOfOperation);
  return Array.from({ length: count }, (_, n) => {
    const some = fields.slice(n * targetsOfOperation, (n + 1) * targetsOfOperation);
    return `{ ${some.join(' ')} }`;
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Every stage of every API of a target, a page of APIs an operation. */
const readWhole = (server: Server, target: Target): Promise<void> =>
  ask(server, `{ restApis(first: 50, ${at(target)}) { nodes { stages { deploymentId } } } }`);

/** Times of single reads that the cache answers, each of another target and API. */
async function warmReads(server: Server, targets: readonly Target[], apis: number, reads: number) {
  const times: number[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let n = next++; n < reads; n = next++) {
      const target = targets[n % targets.length];
      if (target === undefined) return;
      const query = `{ stage(restApiId: "${idOf(Math.floor(n / targets.length) % apis)}", stageName: "${stageNameOf(0)}", ${at(target)}) { deploymentId } }`;
      times.push(await timed(() => ask(server, query)));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}

/** One gateway in front of many accounts and Regions. */
export const fleet = (options: BenchmarkOptions) =>
  withWorkshop(async (workshop) => {
    const { accounts, apis, stages, reads } = options.quick ? quick : full;
    const stageApis = await Promise.all(regions.map(() => startStageApi(workshop, apis, undefined, stages)));
    const [first] = stageApis;
    if (first === undefined) throw new Error('There is no Stage API');
    const file = join(workshop.directory, 'targets.json');
    const targets = await writeTargets(file, accounts, stageApis);
    const env = { ...noBudget, TARGETS: file, CACHE_TTL_SECONDS: '3600' };
    const server = await startGateway(workshop, first, { env });
    const firstMs = await timed(() => ask(server, '{ stageTargets { account } }'));
    const startMs = server.startMs + firstMs;
    const idle = await server.memory();
    const onceMs = await timed(() => Promise.all(operations(targets).map((query) => ask(server, query))));
    const afterOnce = await server.memory();
    const wholeMs = await timed(async () => {
      for (const target of targets) await readWhole(server, target);
    });
    const afterWhole = await server.memory();
    const times = await warmReads(server, targets, apis, reads);

    const row = (
      name: string,
      value: string,
      target = '',
      holds?: boolean,
      of: 'count' | 'time' = 'time',
    ) => ({
      cells: [name, value],
      target,
      ...(holds === undefined ? {} : { verdict: judge(holds, of, options) }),
    });
    return judgedReport(
      'Many accounts and Regions in one gateway',
      [`${targets.length} targets of ${apis} REST APIs with ${stages} stages`, ''],
      [
        row(
          'start with the file, to the first answer',
          milliseconds(startMs),
          '< 2 s',
          startMs < goals.startMs,
        ),
        row('memory (RSS) after the start', size(idle.rss)),
        row('one stage of each target, the first time', milliseconds(onceMs)),
        row(
          'memory (RSS) with every target read once',
          size(afterOnce.rss),
          '< 400 MB',
          afterOnce.rss < goals.bytes,
          'count',
        ),
        row(`all ${targets.length * apis * stages} stages, target by target`, milliseconds(wholeMs)),
        row(
          'memory (RSS) with all stages cached',
          size(afterWhole.rss),
          '< 400 MB',
          afterWhole.rss < goals.bytes,
          'count',
        ),
        row('a cached read of any target, p50', milliseconds(quantile(times, 0.5))),
        row('a cached read of any target, p99', milliseconds(quantile(times, 0.99))),
      ],
      [
        `The targets of a Region share one embedded Stage API process. ${targetsOfOperation} targets an operation, all operations at the same time; ${clients} clients read without pause, no text repeats. The first answer is that of stageTargets, which needs no call. Memory is measured after a garbage collection.`,
      ],
    );
  });
