import { GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, expect, jest, test } from '@jest/globals';
import { type Running, run } from '../support/run.ts';

let gateway: Running | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await gateway?.close();
});

test('the middleware of an operation is put together once, not for every call', async () => {
  const putTogether = jest.spyOn(GetStagesCommand.prototype, 'resolveMiddleware');
  gateway = await run({ ttlMs: 0 });
  for (let time = 0; time < 3; time++) {
    await gateway.graphql('{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }');
  }
  expect(gateway.stageApi.calls()).toEqual({ GetStages: 3 });
  expect(putTogether).toHaveBeenCalledTimes(1);
});
