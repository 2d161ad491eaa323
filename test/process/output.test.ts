import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openToAws, spawnProcess } from '../support/gateway-process.ts';
import { poll } from '../support/polling.ts';

const SLOW = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
const pipe = join(folder, 'stdout');

/** Reads what is in the pipe now, at most `max` bytes; null: no process has it open for writing. */
function readNow(end: number, max: number): string | null {
  const buffer = Buffer.alloc(max);
  try {
    const length = readSync(end, buffer);
    return length === 0 ? null : buffer.toString('latin1', 0, length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
    throw error;
  }
}

let end: number;
beforeEach(() => {
  execFileSync('mkfifo', [pipe]);
  end = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
});
afterEach(() => {
  closeSync(end);
  rmSync(pipe);
});

/** The process as production runs it, with a pipe for its standard output. */
function start(more: Record<string, string> = {}) {
  const stdout = openSync(pipe, constants.O_WRONLY);
  const env = {
    NODE_ENV: 'production',
    STAGE_API: 'embedded',
    HOST: '127.0.0.1',
    PORT: '0',
    EMBEDDED_PORT: '0',
    LOG_LEVEL: 'debug',
    SHUTDOWN_DELAY_SECONDS: '0',
    SHUTDOWN_TIMEOUT_SECONDS: '100',
    ...more,
  };
  const gateway = spawnProcess(env, ['ignore', stdout, 'pipe']);
  closeSync(stdout);
  return gateway;
}

async function send(url: string, operation: object, id = 'any'): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': id },
    body: JSON.stringify(operation),
  });
  expect(response.status).toBe(200);
  return response.text();
}

/** A change with a long line in the audit log. */
const change = (url: string, id: string): Promise<string> =>
  send(
    url,
    {
      query: `mutation ($set: [StageVariableInput!]!) {
        setStageVariables(input: { restApiId: "petstore01", stageName: "dev", dryRun: true, set: $set }) { __typename }
      }`,
      variables: { set: Array.from({ length: 60 }, (_, index) => ({ name: `${id}_${index}`, value: 'x' })) },
    },
    id,
  );

async function oneAfterTheOther<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>) {
  for (const item of items) await work(item);
}

const parsed = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const audited = (text: string): unknown[] =>
  parsed(text)
    .filter(({ log }) => log === 'audit')
    .map(({ requestId }) => requestId);

/** Reads until the process has logged where it listens. */
async function urlOf(onText: (text: string) => void): Promise<string> {
  let output = '';
  return poll(() => {
    const text = readNow(end, 65_536) ?? '';
    output += text;
    onText(text);
    return /"url":"([^"]+)"/.exec(output)?.[1];
  }, 10);
}

/** Reads the rest of the pipe of a process that has ended. */
function rest(): string {
  let output = '';
  for (let text = readNow(end, 65_536); text !== null; text = readNow(end, 65_536)) output += text;
  return output;
}

describe('standard output', () => {
  test(
    'with a slow reader has whole lines, also of the audit log',
    async () => {
      const gateway = start();
      let output = '';
      const url = await urlOf((text) => {
        output += text;
      });
      const slowReader = (async () => {
        for (let text = readNow(end, 1000); text !== null; text = readNow(end, 1000)) {
          output += text;
          await sleep(4);
        }
      })();

      const ids = Array.from({ length: 60 }, (_, index) => `change_${index}`);
      const queries = Array.from({ length: 300 }, () => '{ __typename }');
      await Promise.all([
        oneAfterTheOther(ids, (id) => change(url, id)),
        ...Array.from({ length: 4 }, () => oneAfterTheOther(queries, (query) => send(url, { query }))),
      ]);
      gateway.kill('SIGTERM');
      expect(await once(gateway, 'exit')).toEqual([0, null]);
      await slowReader;

      expect(audited(output).sort()).toEqual(ids.sort());
      expect(parsed(output).filter(({ msg }) => msg === 'request')).toHaveLength(60 + 4 * 300);
      expect(parsed(output).at(-1)).toMatchObject({ msg: 'stopped' });
    },
    SLOW,
  );

  test(
    'has the audit line of a change before the client has the response',
    async () => {
      const gateway = start();
      const url = await urlOf(() => undefined);
      await change(url, 'the-change');
      // The process cannot write after this.
      gateway.kill('SIGKILL');
      await once(gateway, 'exit');
      expect(audited(rest())).toEqual(['the-change']);
    },
    SLOW,
  );

  test(
    'without a reader is reported once; changes are refused until it can be written again',
    async () => {
      const gateway = start();
      const url = await urlOf(() => undefined);
      let stderr = '';
      gateway.stderr?.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      closeSync(end);
      expect(await change(url, 'first')).not.toContain('errors');
      for (const id of ['second', 'third']) expect(await change(url, id)).toContain('AUDIT_UNAVAILABLE');
      end = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      expect(await change(url, 'fourth')).not.toContain('errors');
      gateway.kill('SIGTERM');
      expect(await once(gateway, 'close')).toEqual([0, null]);
      expect(stderr.match(/Standard output cannot be written/g)).toHaveLength(1);
      const lines = stderr.match(/^\{.*$/gm) ?? [];
      expect(audited(lines.join('\n'))).toEqual([undefined, 'first', 'second', 'third']);
      const output = rest();
      expect(output).toContain('"msg":"resumed"');
      expect(output).toContain('fourth');
    },
    SLOW,
  );

  test(
    'has the lines before a start that failed',
    async () => {
      const other = createServer().listen(0, '127.0.0.1').unref();
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const gateway = start({
        ...openToAws,
        REDIS_URL: 'redis://127.0.0.1:1',
        PORT: String(port),
      });
      expect(await once(gateway, 'exit')).toEqual([1, null]);
      expect(parsed(rest())).toContainEqual(expect.objectContaining({ msg: 'Redis cannot be used' }));
    },
    SLOW,
  );
});
