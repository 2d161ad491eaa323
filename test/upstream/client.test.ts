import { GetStagesCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { Attempt } from '../../src/upstream/attempt.ts';
import { createClient } from '../../src/upstream/client.ts';
import { beginAttempt } from '../../src/upstream/permits.ts';
import { run } from '../support/run.ts';
import { read, startTogether, write } from '../support/together.ts';

let close: () => Promise<void> = () => Promise.resolve();
afterEach(async () => {
  jest.restoreAllMocks();
  await close();
});

describe('the middleware of an operation is put together once, not for every call', () => {
  test('of reads', async () => {
    const putTogether = jest.spyOn(GetStagesCommand.prototype, 'resolveMiddleware');
    const gateway = await run({ ttlMs: 0 });
    close = () => gateway.close();
    for (let time = 0; time < 3; time++) {
      await gateway.graphql('{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }');
    }
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 3 });
    expect(putTogether).toHaveBeenCalledTimes(1);
  });

  test('of writes and reads where other processes write as well, and each write needs a permit', async () => {
    const readings = jest.spyOn(GetStagesCommand.prototype, 'resolveMiddleware');
    const writings = jest.spyOn(UpdateStageCommand.prototype, 'resolveMiddleware');
    const together = await startTogether({ count: 1, ttlMs: 0 });
    close = () => together.close();
    for (const description of ['first', 'second', 'third']) {
      await write(together.gateway(0), description);
      expect(await read(together.gateway(0))).toBe(description);
    }
    expect(together.stageApi.calls()).toEqual({ GetStages: 3, UpdateStage: 3 });
    expect(writings).toHaveBeenCalledTimes(1);
    expect(readings).toHaveBeenCalledTimes(1);
  });
});

test('an attempt that is given up while its request is prepared is not sent, though a later one is', async () => {
  const stageApi = await startEmbeddedStageApi();
  close = () => stageApi.close();
  const client = createClient({
    endpoint: stageApi.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    connectionTimeoutMs: 1000,
    requestTimeoutMs: 1000,
  });
  let go: () => void = () => undefined;
  const delays = [new Promise<void>((resolve) => (go = resolve))];
  client.middlewareStack.add(
    (next) => async (args) => {
      await delays.shift();
      return next(args);
    },
    { name: 'slowPreparation', step: 'build' },
  );
  const command = new GetStagesCommand({ restApiId: 'petstore01' });
  const attempts = [new Attempt(), new Attempt()] as const;
  beginAttempt(command.input, attempts[0]);
  const givenUp = client.send(command);
  attempts[0].giveUp();
  beginAttempt(command.input, attempts[1]);
  await client.send(command);
  go();
  await expect(givenUp).rejects.toThrow('abort');
  expect(attempts.map(({ mayHaveBeenSent }) => mayHaveBeenSent)).toEqual([false, true]);
  expect(stageApi.requests()).toHaveLength(1);
  client.destroy();
});
