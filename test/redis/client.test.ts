import { GetStagesCommand, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { read, startTogether, write } from '../support/together.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the middleware of an operation is built once, not for every call', () => {
  test('of writes and reads where other processes write as well, and each write needs a permit', async () => {
    const readings = jest.spyOn(GetStagesCommand.prototype, 'resolveMiddleware');
    const writings = jest.spyOn(UpdateStageCommand.prototype, 'resolveMiddleware');
    const together = await startTogether({ count: 1, ttlMs: 0 });
    for (const description of ['first', 'second', 'third']) {
      await write(together.gateway(0), description);
      expect(await read(together.gateway(0))).toBe(description);
    }
    expect(together.stageApi.calls()).toEqual({ GetStages: 3, UpdateStage: 3 });
    expect(writings).toHaveBeenCalledTimes(1);
    expect(readings).toHaveBeenCalledTimes(1);
  });
});
