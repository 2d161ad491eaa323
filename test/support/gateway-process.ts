import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeAfterwards } from './closing.ts';
import { until } from './polling.ts';

export interface GatewayProcess {
  readonly process: ChildProcess;
  /** Resolves when the output matches. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly exited: Promise<number | null>;
  /** The output so far. */
  readonly output: () => string;
}

/** The environment of a gateway without the embedded Stage API and without authentication. */
export const openToAws = {
  STAGE_API: 'aws',
  AUTH: 'off',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
};

/** Starts the gateway from its sources, or another program, with only this environment. */
export function spawnProcess(
  env: Record<string, string>,
  stdio: StdioOptions,
  args: readonly string[] = [],
  program = 'src/main.ts',
): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    cwd: new URL('../..', import.meta.url),
    // The crawl would make calls that no test has asked for.
    env: { PATH: process.env.PATH, INVENTORY_RATE: '0', ...env },
    stdio,
  });
  closeAfterwards(() => Promise.resolve(child.kill('SIGKILL')));
  return child;
}

/** The same with its output. */
export function startProcess(
  env: Record<string, string>,
  args: readonly string[] = [],
  program?: string,
): GatewayProcess {
  const child = spawnProcess(env, ['ignore', 'pipe', 'pipe'], args, program);
  let output = '';
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const match = pattern.exec(output);
        if (match !== null) resolve(match);
      };
      check();
      child.stdout?.on('data', check);
      void exited.then(() =>
        reject(new Error(`The process ended without ${pattern} in its output: ${output}`)),
      );
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { process: child, said, exited, output: () => output };
}

/** Sends SIGHUP, and gives what the log says from then on. */
export async function reload(gateway: GatewayProcess, ...patterns: readonly RegExp[]): Promise<string> {
  const before = gateway.output().length;
  gateway.process.kill('SIGHUP');
  const said = () => gateway.output().slice(before);
  await until(() => patterns.every((pattern) => pattern.test(said())), 20);
  return said();
}
