import { GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, test } from '@jest/globals';
import { createClient } from '../../src/upstream/calls/client.ts';
import { beginAttempt } from '../../src/upstream/calls/sdk/attempt-middleware.ts';
import { Attempt } from '../../src/upstream/calls/sdk/attempt.ts';
import { pauseFirstAttempt } from '../support/paused-attempt.ts';
import { until } from '../support/polling.ts';
import { keyMatching } from '../support/redis.ts';
import { read, startTogether, type Together, type TogetherOptions, write } from '../support/together.ts';

let together: Together;

const start = async (options: TogetherOptions = {}) => {
  together = await startTogether(options);
};
const keyLike = (pattern: string) => keyMatching(together.redis, pattern);
/** Where the API's versions are; something is stored under them. */
const versionsKey = async (): Promise<string> => {
  await read(together.gateway(0));
  await keyLike('*:entry:*');
  return keyLike('*:versions:petstore01');
};
const holdLock = async (owner: string, ms: number) => {
  const lock = (await versionsKey()).replace('versions', 'lock');
  await together.redis.client.set(lock, owner, 'PX', ms);
};
/** A client of the Stage API beside the gateways. */
const startClient = async () => {
  await start({ count: 1 });
  return createClient({
    endpoint: together.stageApi.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    connectionTimeoutMs: 1000,
    requestTimeoutMs: 1000,
  });
};
const pausedTooLong = {
  assertLeaseValid: () => {
    throw new Error('paused too long');
  },
  withdraw: () => Promise.resolve(),
};
/** The clock of Redis. */
const redisNow = async (): Promise<number> => {
  const [seconds = 0, microseconds = 0] = (await together.redis.client.time()).map(Number);
  return seconds * 1000 + microseconds / 1000;
};

describe('writers of one API in several processes', () => {
  test('write one after the other: AWS refuses none because of another', async () => {
    await start();
    together.stageApi.configure({ latencyMs: 20 });
    const all = Array.from({ length: 18 }, (_, index) => write(together.gateway(index), `writer ${index}`));
    expect(await Promise.all(all)).toEqual(all.map(() => []));
    // Each was answered before the next was sent.
    const statuses = together.stageApi.requests().map(({ status }) => status);
    expect(statuses).toEqual(all.map(() => 200));
  });

  test('do not write between the read and the write of another change', async () => {
    await start();
    await together.gateway(0).graphql(`mutation {
      setStageVariables(input: { restApiId: "petstore01", stageName: "prod", set: [{ name: "turn", value: "0" }] }) { userErrors { code } }
    }`);
    const canary = (index: number, percentTraffic: number) =>
      together.gateway(index).graphql<{ setCanarySettings: { userErrors: unknown[] } }>(
        `mutation ($percentTraffic: Float) {
          setCanarySettings(input: { restApiId: "petstore01", stageName: "prod", percentTraffic: $percentTraffic }) {
            userErrors { code message }
          }
        }`,
        { percentTraffic },
      );
    together.stageApi.resetCalls();
    const answers = await Promise.all(Array.from({ length: 9 }, (_, index) => canary(index, index + 1)));
    expect(answers.map(({ data }) => data.setCanarySettings.userErrors)).toEqual(answers.map(() => []));
    const order = together.stageApi.requests().map(({ operation }) => operation);
    expect(order).toEqual(answers.flatMap(() => ['GetStage', 'UpdateStage']));
  });

  test('wait for the lock until their deadline', async () => {
    await start({ count: 2, deadlineMs: 1500, requestTimeoutMs: 600 });
    await holdLock('somebody', 60_000);
    together.stageApi.resetCalls();
    expect(await write(together.gateway(1), 'second')).toEqual(['CONFLICT']);
    expect(together.stageApi.calls()).toEqual({});
  });

  test('wait for a dead owner until its lease ends', async () => {
    await start({ count: 1, deadlineMs: 5000, requestTimeoutMs: 600 });
    await holdLock('dead', 700);
    expect(await write(together.gateway(0), 'second')).toEqual([]);
  });
});

describe('a write that another process has announced, and which may be in flight although its lock is lost', () => {
  const announce = async (ms: number) => {
    const versions = await versionsKey();
    const until = (await redisNow()) + ms;
    await together.redis.client.hset(versions, { writer: 'another', until, lease: ms });
    return versions;
  };

  test('is waited for by the next writer, and stays announced meanwhile', async () => {
    await start({ count: 1 });
    const versions = await announce(1500);
    together.stageApi.resetCalls();
    const writing = write(together.gateway(0), 'the next');
    await keyLike('*:lock:petstore01');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await together.redis.client.hget(versions, 'writer')).toBe('another');
    expect(together.stageApi.calls()).toEqual({});
    expect(await writing).toEqual([]);
    expect(await read(together.gateway(0))).toBe('the next');
  });

  test('is waited for no longer than the deadline', async () => {
    await start({ count: 1, deadlineMs: 1000 });
    const versions = await announce(60_000);
    together.stageApi.resetCalls();
    expect(await write(together.gateway(0), 'too late')).toEqual(['CONFLICT']);
    expect(together.stageApi.calls()).toEqual({});
    expect(await together.redis.client.hget(versions, 'writer')).toBe('another');
  });

  test('is not waited for without Redis: the lock is released when Redis is available again', async () => {
    await start({ count: 1 });
    await announce(60_000);
    await together.logged(/Redis is available/);
    const writing = write(together.gateway(0), 'alone');
    const lock = await keyLike('*:lock:petstore01');
    await together.redis.client.call('CLIENT', 'KILL', 'SKIPME', 'yes');
    expect(await writing).toEqual([]);
    await together.logged(/Redis is available/);
    expect(await together.redis.client.exists(lock)).toBe(0);
  });
});

describe('a writer that has lost its lock', () => {
  test('while it was in the queue of the rate limiter sends nothing while another has the lock', async () => {
    await start({ count: 1, rate: 1, burst: 1, deadlineMs: 3000 });
    // Spends the only call, so that the writer waits inside its lock.
    await read(together.gateway(0));
    together.stageApi.resetCalls();
    const writing = write(together.gateway(0), 'too late');
    const lock = await keyLike('*:lock:petstore01');
    await together.redis.client.set(lock, 'somebody else', 'PX', 30_000);
    expect(await writing).toEqual(['CONFLICT']);
    expect(together.stageApi.calls()).toEqual({});
  });

  test('while its request was in flight does not overwrite entries of later writes', async () => {
    await start({ count: 2, requestTimeoutMs: 3000 });
    await read(together.gateway(1));
    together.stageApi.configure({ latencyMs: 500 });
    const writing = write(together.gateway(0), 'from the paused one');
    await until(() => together.stageApi.calls().UpdateStage === 1);
    const lock = await keyLike('*:lock:petstore01');
    await together.redis.client.set(lock, 'somebody else', 'PX', 30_000);
    await writing;
    await fetch(`${together.stageApi.url}/_embedded/calls`, { method: 'DELETE' });
    // Its answer is not believed: AWS is asked.
    await read(together.gateway(1));
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('after an attempt without a response has an unknown outcome, however long it waits', async () => {
    await start({ count: 1, requestTimeoutMs: 300, deadlineMs: 1500 });
    together.stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'hang', afterwards: true, times: 1 }],
    });
    const writing = write(together.gateway(0), 'carried out');
    await until(() => together.stageApi.calls().UpdateStage === 1);
    const lock = await keyLike('*:lock:petstore01');
    await together.redis.client.set(lock, 'somebody else', 'PX', 30_000);
    expect(await writing).toEqual(['OUTCOME_UNKNOWN']);
    expect(together.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test('between the signature and the request does not send it', async () => {
    const client = await startClient();
    const command = new GetStagesCommand({ restApiId: 'petstore01' });
    beginAttempt(command.input, new Attempt(pausedTooLong));
    await expect(client.send(command)).rejects.toThrow('paused too long');
    expect(together.stageApi.requests()).toEqual([]);
    client.destroy();
  });

  test('does not send an attempt that was given up, although a later one may be sent', async () => {
    const client = await startClient();
    const goOn = pauseFirstAttempt(client);
    const command = new GetStagesCommand({ restApiId: 'petstore01' });
    beginAttempt(command.input, new Attempt(pausedTooLong));
    const givenUp = client.send(command);
    beginAttempt(command.input, new Attempt({ ...pausedTooLong, assertLeaseValid: () => undefined }));
    await client.send(command);
    goOn();
    await expect(givenUp).rejects.toThrow('paused too long');
    expect(together.stageApi.requests()).toHaveLength(1);
    client.destroy();
  });
});

describe('a process that dies during a write', () => {
  test('leaves an announcement: until its lease ends AWS is asked; then entries are stored again', async () => {
    await start({ count: 1 });
    const before = await read(together.gateway(0));
    const versions = await versionsKey();
    await together.redis.client.hset(versions, 'writer', 'dead', 'until', (await redisNow()) + 2500);
    together.stageApi.resetCalls();
    expect(await read(together.gateway(0))).toBe(before);
    expect(await read(together.gateway(0))).toBe(before);
    expect(together.stageApi.calls()).toEqual({ GetStages: 2 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    together.stageApi.resetCalls();
    await read(together.gateway(0));
    await read(together.gateway(0));
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });
});
