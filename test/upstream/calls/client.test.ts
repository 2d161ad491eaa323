import { GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '../../../src/upstream/calls/client.ts';
import { beginAttempt } from '../../../src/upstream/calls/sdk/attempt-middleware.ts';
import { Attempt } from '../../../src/upstream/calls/sdk/attempt.ts';
import { pauseFirstAttempt } from '../../support/paused-attempt.ts';
import { run } from '../../support/run.ts';
import { startStageApi } from '../../support/stage-api.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the middleware of an operation is put together once, not for every call', () => {
  test('of reads', async () => {
    const putTogether = jest.spyOn(GetStagesCommand.prototype, 'resolveMiddleware');
    const gateway = await run({ ttlMs: 0 });
    for (let time = 0; time < 3; time++) {
      await gateway.graphql('{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }');
    }
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 3 });
    expect(putTogether).toHaveBeenCalledTimes(1);
  });
});

test('an attempt that is given up while its request is prepared is not sent, though a later one is', async () => {
  const stageApi = await startStageApi();
  const client = createClient({
    endpoint: stageApi.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    connectionTimeoutMs: 1000,
    requestTimeoutMs: 1000,
  });
  const goOn = pauseFirstAttempt(client);
  const command = new GetStagesCommand({ restApiId: 'petstore01' });
  const attempts = [new Attempt(), new Attempt()] as const;
  beginAttempt(command.input, attempts[0]);
  const givenUp = client.send(command);
  attempts[0].giveUp();
  beginAttempt(command.input, attempts[1]);
  await client.send(command);
  goOn();
  await expect(givenUp).rejects.toThrow('abort');
  expect(attempts.map(({ mayHaveBeenSent }) => mayHaveBeenSent)).toEqual([false, true]);
  expect(stageApi.requests()).toHaveLength(1);
  client.destroy();
});
