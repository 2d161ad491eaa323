import { expect, test } from '@jest/globals';
import { createBaselineChanges } from '../../../../src/datasources/stages/changes/baselines.ts';

test('baselines are written when the API is not locked any more, so that no other change of it waits for the database', async () => {
  const steps: string[] = [];
  const writes = (what: string) => () => {
    steps.push(what);
    return Promise.resolve();
  };
  const stage = { restApiId: 'petstore01', stageName: 'prod' };
  const baselines = createBaselineChanges({
    target: undefined,
    memory: { recordBaseline: writes('record'), removeBaseline: writes('remove') },
    caller: { subject: null, client: { name: null } },
    recorder: { mutation: () => 'recordStageBaseline' },
    async guard(_: unknown, __: unknown, act: (read: unknown) => Promise<object>) {
      steps.push('lock');
      const result = await act(stage);
      steps.push('unlock');
      return result;
    },
  } as never);
  await baselines.recordBaseline(stage);
  await baselines.removeBaseline(stage);
  await baselines.recordBaseline({ ...stage, dryRun: true });
  expect(steps).toEqual(['lock', 'unlock', 'record', 'lock', 'unlock', 'remove', 'lock', 'unlock']);
});
