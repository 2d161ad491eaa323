import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** No process lives longer than its bench may, whatever hangs. */
const processMs = 150 * 60_000;
const startWithinMs = 60_000;
const answerWithinMs = 60_000;

const probe = fileURLToPath(new URL('probe.js', import.meta.url));

export async function stop(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  // SIGTERM would let it finish its work first, which is not needed here.
  child.kill('SIGKILL');
  await exited;
}

/** A server in a process of its own, on 127.0.0.1. */
export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  /** From the spawn to the first connection. */
  readonly startMs: number;
  /** CPU time of all its threads since its start. */
  cpuMs(): Promise<number>;
  /** After a garbage collection. */
  memory(): Promise<Memory>;
  /** Of the embedded Stage API: how often it gave which status. */
  answersByStatus(): Promise<Readonly<Record<string, number>>>;
  /** Runs V8's profiler while something happens. */
  profile(work: () => Promise<unknown>): Promise<CpuProfile>;
  stop(): Promise<void>;
}

const profile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.output<typeof profile>;

const memory = z.object({ heapUsed: z.number(), rss: z.number() });
export type Memory = z.output<typeof memory>;
const reply = z.object({ id: z.number(), answer: z.unknown() });

function createAsk(child: ChildProcess) {
  let asked = 0;
  return <Answer>(question: string, form: z.ZodType<Answer>) =>
    new Promise<Answer>((resolve, reject) => {
      const id = asked++;
      const end = () => {
        clearTimeout(timer);
        child.off('message', hear);
        child.off('exit', gone);
      };
      const hear = (message: unknown) => {
        const { data } = reply.safeParse(message);
        // Other requests meanwhile get their own responses.
        if (data?.id !== id) return;
        end();
        resolve(form.parse(data.answer));
      };
      const gone = () => {
        end();
        reject(new Error(`No answer to ${question}`));
      };
      const timer = setTimeout(gone, answerWithinMs);
      child.on('message', hear).once('exit', gone);
      child.send({ id, question });
    });
}

/** A port that is free now: the gateway tells its own only on a standard output that must not slow it down. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

export interface ServerProgram {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly port: number;
}

/** Where a bench keeps its files, and the processes that end with it. */
export interface Workshop {
  readonly directory: string;
  /** Resolves when it listens on its port. Its standard output is dropped. */
  start(program: ServerProgram): Promise<ServerProcess>;
  /** Runs a program to its end, and gives what it wrote. */
  run(program: Omit<ServerProgram, 'port'>): Promise<string>;
}

/** Nothing of this process's environment: a profile or proxy of the reader's must not change what is measured. */
const bare = { NODE_ENV: 'production' };

function createWorkshop(directory: string, children: Set<ChildProcess>): Workshop {
  const launch = ({ args, env = {} }: Omit<ServerProgram, 'port'>, output: 'ignore' | 'pipe') => {
    const child = spawn(process.execPath, ['--expose-gc', '--import', probe, ...args], {
      stdio: ['ignore', output, 'inherit', 'ipc'],
      env: { ...bare, HOME: directory, ...env },
      timeout: processMs,
      killSignal: 'SIGKILL',
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  return {
    directory,
    async start(program) {
      const { port } = program;
      const before = performance.now();
      const child = launch(program, 'ignore');
      while (!(await listens(port))) {
        if (child.exitCode !== null || performance.now() - before > startWithinMs)
          throw new Error(`${program.args.join(' ')} does not listen on ${port}`);
        await sleep(5);
      }
      const ask = createAsk(child);
      return {
        url: `http://127.0.0.1:${port}`,
        port,
        startMs: performance.now() - before,
        cpuMs: () => ask('cpuMs', z.number()),
        memory: () => ask('memory', memory),
        answersByStatus: () => ask('answersByStatus', z.record(z.string(), z.number())),
        async profile(work) {
          await ask('startProfile', z.literal(true));
          await work();
          return ask('stopProfile', profile);
        },
        stop: () => stop(child),
      };
    },
    async run(program) {
      const child = launch(program, 'pipe');
      let said = '';
      child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await once(child, 'close');
      if (child.exitCode !== 0) throw new Error(`${program.args.join(' ')} did not end well`);
      return said;
    },
  };
}

/** Within the bench's package, so that programs that are written there find its dependencies and the gateway's. */
const cache = fileURLToPath(new URL('node_modules/.cache/', import.meta.url));

/** Ends every process and removes every file, whatever happens meanwhile. */
export async function withWorkshop<Result>(work: (workshop: Workshop) => Promise<Result>): Promise<Result> {
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, 'bench-'));
  const children = new Set<ChildProcess>();
  const leave = () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    return await work(createWorkshop(directory, children));
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
    await Promise.all([...children].map(stop));
    await rm(directory, { recursive: true, force: true });
  }
}
