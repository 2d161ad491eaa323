import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, glance } from './answers.ts';
import { quantile } from './numbers.ts';
import { type Sent } from './workloads.ts';

const answerWithinMs = 40_000;

interface Exchange {
  readonly status: number;
  readonly text: string;
}

function exchange(agent: Agent, url: string, { method, path, body, headers: own }: Sent): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...own };
    const sending = request(`${url}${path}`, { agent, method, headers, timeout: answerWithinMs });
    sending.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    sending.on('timeout', () => sending.destroy(new Error('No answer')));
    sending.on('error', reject);
    sending.end(body);
  });
}

export interface LoadOptions {
  readonly url: string;
  /** Clients that each wait for an answer before they ask again. */
  readonly clients: number;
  /** When they stop asking. */
  readonly ms: number;
  /** How many operations there are at most. */
  readonly count?: number;
  /** How long a client lets pass from one operation's start to the next's at least. */
  readonly everyMs?: number;
  /** The nth operation. */
  readonly sent: (n: number) => Sent;
  /** How answers are read; at a glance unless said. */
  readonly read?: (status: number, text: string) => Answer;
  readonly onAnswer?: (answer: Answer, n: number) => void;
  /** Whether to stop early. */
  readonly isDone?: () => boolean;
}

export interface LoadResult {
  readonly seconds: number;
  readonly succeeded: number;
  readonly failed: number;
  /** How often it failed for which reason. */
  readonly failures: ReadonlyMap<string, number>;
  /** Successes in the time that was given; what came later was waited for and is counted above only. */
  readonly perSecond: number;
  /** Of what succeeded, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Lets clients ask a server until time or operations run out. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { url, clients, ms, count = Infinity, everyMs = 0, sent, read = glance, onAnswer, isDone } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  const failures = new Map<string, number>();
  let next = 0;
  let inTime = 0;
  const begin = performance.now();
  const isOver = () => next >= count || performance.now() - begin >= ms || isDone?.() === true;

  async function ask(n: number) {
    const asked = performance.now();
    const answer = await exchange(agent, url, sent(n)).then(
      ({ status, text }) => read(status, text),
      (): Answer => ({ failure: 'no answer', stages: [] }),
    );
    const { failure } = answer;
    if (failure === undefined) {
      latencies.push(performance.now() - asked);
      if (performance.now() - begin <= ms) inTime++;
    } else failures.set(failure, (failures.get(failure) ?? 0) + 1);
    onAnswer?.(answer, n);
    // A client whose server is away tries again at human speed, not as fast as the machine refuses.
    if (failure === 'no answer') await sleep(20);
    const left = everyMs - (performance.now() - asked);
    if (left > 0) await sleep(left);
  }

  async function client(number: number) {
    // Not all at once.
    if (everyMs > 0) await sleep((everyMs * number) / clients);
    while (!isOver()) await ask(next++);
  }

  try {
    await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  } finally {
    agent.destroy();
  }
  const seconds = (performance.now() - begin) / 1000;
  return {
    seconds,
    succeeded: latencies.length,
    failed: [...failures.values()].reduce((total, number) => total + number, 0),
    failures,
    perSecond: inTime / Math.min(seconds, ms / 1000),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

/** Asks once, and reads the answer closely. */
export async function askOnce(
  url: string,
  sent: Sent,
  read: (status: number, text: string) => Answer,
): Promise<Answer> {
  const agent = new Agent();
  try {
    const { status, text } = await exchange(agent, url, sent);
    return read(status, text);
  } finally {
    agent.destroy();
  }
}
