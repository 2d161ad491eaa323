import { GetStagesCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
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
