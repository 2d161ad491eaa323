import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { median, size } from './numbers.ts';
import { stop } from './processes.ts';
import { type Report } from './report.ts';
import { idOf, stageNameOf, stagesPerApi, stateFileOf } from './state.ts';

const effort = {
  full: { sizes: [1, 60, 600, 6000], starts: 3, warmUps: 4, rounds: 25, reads: 100 },
  quick: { sizes: [1, 20], starts: 1, warmUps: 1, rounds: 2, reads: 10 },
};
/**
 * Above the noise of a busy machine. That catches a read that copies or writes out every REST API; one that merely
 * walks the list shows as a ratio of about 1.2, which is for the reader of the table to see.
 */
const limits = { apis: 600, startMs: 2000, readRatio: 1.5 };
/** No process lives longer, whatever hangs. */
const processMs = 300_000;

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly startMs: number;
  /** The loading alone, where the process tells. */
  readonly loadMs: number;
}

const program = fileURLToPath(new URL('stage-api-process.js', import.meta.url));
const probe = fileURLToPath(new URL('probe.js', import.meta.url));

/** Resolves when it listens. */
function start(args: readonly string[]): Promise<Running> {
  const before = performance.now();
  const child = spawn(process.execPath, ['--expose-gc', '--import', probe, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    timeout: processMs,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /listens on (?<url>\S+)\n/.exec(said)?.groups?.url;
      const loadMs = Number(/loaded in (?<ms>\S+) ms/.exec(said)?.groups?.ms);
      if (url !== undefined) resolve({ child, url, startMs: performance.now() - before, loadMs });
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error('The embedded Stage API ended before it listened')));
  });
}

const memory = z.tuple(
  [z.object({ answer: z.object({ heapUsed: z.number(), rss: z.number() }) })],
  z.unknown(),
);

async function memoryOf({ child }: Running) {
  const answered: Promise<unknown> = once(child, 'message', { signal: AbortSignal.timeout(60_000) });
  child.send({ id: 0, question: 'memory' });
  const [{ answer }] = memory.parse(await answered);
  return answer;
}

const headers = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=any',
};

function read(agent: Agent, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`GET ${url}: ${response.statusCode} ${text}`));
      });
    }).on('error', reject);
  });
}

const page = z.object({ position: z.string().optional() });

/** Some positions all over the list, so that pages are not only read where it begins. */
async function positionsIn(agent: Agent, list: string, apis: number) {
  const positions: string[] = [];
  const limit = Math.max(1, Math.min(500, Math.floor(apis / 10)));
  let from = '';
  for (let i = 0; i < Math.ceil(apis / limit); i++) {
    const { position } = page.parse(JSON.parse(await read(agent, `${list}?limit=${limit}${from}`)));
    if (position === undefined) break;
    from = `&position=${encodeURIComponent(position)}`;
    positions.push(from);
  }
  return positions;
}

/** The URL of the nth read of every operation; neighbouring reads are of things far apart. */
async function readsOf(agent: Agent, url: string, apis: number) {
  const list = `${url}/restapis`;
  const positions = ['', ...(await positionsIn(agent, list, apis))];
  const apiUrl = (n: number) => `${list}/${idOf((n * 7919) % apis)}`;
  return {
    GetStage: (n: number) => `${apiUrl(n)}/stages/${stageNameOf(n % stagesPerApi)}`,
    GetStages: (n: number) => `${apiUrl(n)}/stages`,
    'GetRestApis limit=1': (n: number) => `${list}?limit=1${positions[n % positions.length]}`,
  };
}

type Operation = keyof Awaited<ReturnType<typeof readsOf>>;
const operations = ['GetStage', 'GetStages', 'GetRestApis limit=1'] as const satisfies readonly Operation[];

/** Starts it as often as is said, and leaves the last one running. */
async function measureStarts(apis: number, starts: number, directory: string, running: Set<ChildProcess>) {
  const file = join(directory, `${apis}.json`);
  await writeFile(file, stateFileOf(apis));
  const runs = async (args: readonly string[]) => {
    const all: Running[] = [];
    for (let i = 0; i < starts; i++) {
      const last = all.at(-1);
      if (last) await stop(last.child);
      const next = await start(args);
      running.add(next.child);
      all.push(next);
    }
    const last = all.at(-1);
    if (!last) throw new Error('Nothing was started');
    const middle = (member: 'startMs' | 'loadMs') => median(all.map((one) => one[member]));
    return { last, startMs: middle('startMs'), loadMs: middle('loadMs'), ...(await memoryOf(last)) };
  };
  const { size: fileBytes } = await stat(file);
  const inMemory = await runs(['--in-memory', file]);
  await stop(inMemory.last.child);
  const fromFile = await runs(['--port', '0', '--data', file]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const reads = await readsOf(agent, fromFile.last.url, apis);
  const times: Record<Operation, number[]> = { GetStage: [], GetStages: [], 'GetRestApis limit=1': [] };
  return { apis, fileBytes, inMemory, fromFile, agent, reads, times };
}

type Measured = Awaited<ReturnType<typeof measureStarts>>;

/** Microseconds per read, one after the other on one connection. */
async function timeReads({ agent, reads }: Measured, operation: Operation, count: number, round: number) {
  const urls = Array.from({ length: count }, (_, i) => reads[operation](round * count + i));
  const before = performance.now();
  for (const url of urls) await read(agent, url);
  return ((performance.now() - before) * 1000) / count;
}

/** Every round reads at every size, back and forth, so that what disturbs the machine disturbs all sizes alike. */
async function measureReads(all: readonly Measured[], { warmUps, rounds, reads }: typeof effort.full) {
  for (let round = -warmUps; round < rounds; round++) {
    const inTurn = round % 2 === 0 ? all : all.toReversed();
    for (const operation of operations)
      for (const one of inTurn) {
        const time = await timeReads(one, operation, reads, round + warmUps);
        if (round >= 0) one.times[operation].push(time);
      }
  }
}

const milliseconds = (ms: number) => `${Math.round(ms)} ms`;

function report(all: readonly Measured[], quick: boolean): Report {
  const ratios = operations.map((operation) => {
    const [first, last] = [all.at(0), all.at(-1)].map((one) => median(one?.times[operation] ?? []));
    return { operation, ratio: (last ?? NaN) / (first ?? NaN) };
  });
  const row = (name: string, cell: (one: Measured) => string, ratio = '') => [name, ...all.map(cell), ratio];
  const rows = [
    row(
      `REST APIs, of ${stagesPerApi} stages each`,
      ({ apis }) => `${apis}`,
      `${all.at(-1)?.apis} : ${all.at(0)?.apis}`,
    ),
    row('state file', ({ fileBytes }) => size(fileBytes)),
    row('from the file: start to listening', ({ fromFile }) => milliseconds(fromFile.startMs)),
    row('from the file: heap', ({ fromFile }) => size(fromFile.heapUsed)),
    row('from the file: RSS', ({ fromFile }) => size(fromFile.rss)),
    row('in memory: loading alone', ({ inMemory }) => milliseconds(inMemory.loadMs)),
    row('in memory: heap', ({ inMemory }) => size(inMemory.heapUsed)),
    row('in memory: RSS', ({ inMemory }) => size(inMemory.rss)),
    ...ratios.map(({ operation, ratio }) =>
      row(operation, ({ times }) => `${median(times[operation]).toFixed(0)} µs`, ratio.toFixed(2)),
    ),
  ];
  const slowStart = all.find(
    ({ apis, fromFile }) => apis === limits.apis && fromFile.startMs > limits.startMs,
  );
  const missed = [
    ...(slowStart ? [`${limits.apis} REST APIs take more than ${limits.startMs} ms to start`] : []),
    ...ratios
      .filter(({ ratio }) => !(ratio <= limits.readRatio))
      .map(({ operation }) => `${operation} costs more as the count of REST APIs grows`),
  ];
  return { title: 'The embedded Stage API', rows, missed: quick ? [] : missed };
}

/** What it costs to start, to hold and to read, by the number of REST APIs. */
export async function embeddedStageApi({ quick }: { readonly quick: boolean }) {
  const chosen = quick ? effort.quick : effort.full;
  const running = new Set<ChildProcess>();
  const directory = await mkdtemp(join(tmpdir(), 'stage-api-bench-'));
  try {
    const all: Measured[] = [];
    for (const apis of chosen.sizes) all.push(await measureStarts(apis, chosen.starts, directory, running));
    await measureReads(all, chosen);
    for (const { agent } of all) agent.destroy();
    return report(all, quick);
  } finally {
    await Promise.all([...running].map(stop));
    await rm(directory, { recursive: true, force: true });
  }
}
