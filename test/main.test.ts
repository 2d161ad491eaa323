import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** The process as `npm run dev` starts it, with nothing in its environment but what is given. */
function start(env: Record<string, string>) {
  const process_ = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: new URL('..', import.meta.url),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = process_;
  let output = '';
  const exited = once(process_, 'exit').then(([code]) => code as number | null);
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(output);
        if (match !== null) resolve(match);
      };
      process_.stdout.on('data', look);
      void exited.then(() => reject(new Error(`It ended without saying ${pattern}: ${output}`)));
    });
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { process: process_, said, exited, output: () => output };
}

describe('the process', () => {
  test('starts both servers, says where they are, and ends on SIGTERM with code 0', async () => {
    const gateway = start({ PORT: '0', EMBEDDED_PORT: '0' });
    const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
    expect(gateway.output()).toMatch(/Embedded Stage API with sample data: http:\/\/127\.0\.0\.1:\d+/);

    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ stages(restApiId: \\"petstore01\\") { stageName } }"}',
    });
    expect(await response.json()).toMatchObject({ data: { stages: [{}, {}, {}] } });

    gateway.process.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
  }, 30_000);

  test('does not start with a wrong configuration: it says everything that is wrong, and ends with code 1', async () => {
    const gateway = start({ PORT: 'many', EXPLORER: 'vim' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.output()).toContain('stagegraph cannot start:\nPORT: ');
    expect(gateway.output()).toContain('EXPLORER: ');
  }, 30_000);

  test('does not start against AWS before somebody says that no authentication is meant', async () => {
    const gateway = start({ STAGE_API: 'aws', AWS_REGION: 'eu-central-1' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.output()).toContain('AUTH must be "off"');
  }, 30_000);
});
