import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';

let redis: RedisServer | undefined;
let stageApi: EmbeddedStageApi | undefined;
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stageApi?.close();
  await redis?.close();
});

interface Process {
  readonly child: ChildProcess;
  ask(query: string): Promise<string>;
}

/** The gateway as a process of its own. */
async function start(redisUrl: string, endpoint: string): Promise<Process> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: new URL('../..', import.meta.url),
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      STAGE_API: 'aws',
      AUTH: 'off',
      AWS_ENDPOINT_URL_API_GATEWAY: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      REDIS_URL: redisUrl,
      REDIS_TIMEOUT_SECONDS: '5',
      UPSTREAM_TIMEOUT_SECONDS: '3',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  let url: string | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    url = /GraphQL gateway: (\S+)/.exec(output)?.[1];
  });
  while (url === undefined) {
    if (child.exitCode !== null) throw new Error(`the gateway ended: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const at = url;
  return {
    child,
    async ask(query) {
      const response = await fetch(at, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return response.text();
    },
  };
}

const read = '{ stage(restApiId: "petstore01", stageName: "prod") { description } }';
const write = (description: string) =>
  `mutation { updateStage(input: { restApiId: "petstore01", stageName: "prod", description: "${description}" }) { userErrors { code } } }`;

describe('three processes', () => {
  test('of which one is killed in the middle of a write: nobody sees the past, and others write on', async () => {
    redis = await startRedis();
    stageApi = await startEmbeddedStageApi();
    const { url } = redis;
    const endpoint = stageApi.url;
    const [one, two, three] = await Promise.all([
      start(url, endpoint),
      start(url, endpoint),
      start(url, endpoint),
    ]);
    expect(await one.ask(write('before'))).toContain('"userErrors":[]');
    expect(await Promise.all([two.ask(read), three.ask(read)])).toEqual([
      expect.stringContaining('before'),
      expect.stringContaining('before'),
    ]);

    // AWS carries it out, and the process dies before it hears of that.
    stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'hang', afterwards: true, times: 1 }],
    });
    stageApi.resetCalls();
    const lost = one.ask(write('carried out')).catch(() => 'no answer');
    while (stageApi.calls().UpdateStage === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const exited = once(one.child, 'exit');
    one.child.kill('SIGKILL');
    await exited;
    expect(await lost).toBe('no answer');

    expect(await Promise.all([two.ask(read), three.ask(read)])).toEqual([
      expect.stringContaining('carried out'),
      expect.stringContaining('carried out'),
    ]);
    // The lock goes with its lease.
    expect(await two.ask(write('after'))).toContain('"userErrors":[]');
    expect(await three.ask(read)).toContain('after');
  }, 120_000);
});
