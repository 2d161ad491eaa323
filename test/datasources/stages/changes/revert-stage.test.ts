import { expect, test } from '@jest/globals';
import { createStageReverter } from '../../../../src/datasources/stages/changes/revert-stage.ts';

test('the earlier state is read before the API is locked, so that no other change of it waits for the database', async () => {
  const steps: string[] = [];
  const memory = {
    stateAt() {
      steps.push('read');
      return Promise.resolve(undefined);
    },
  };
  const target = { account: '111122223333', region: 'eu-central-1' };
  const dependencies = { target, memory, recorder: undefined, seesVariablesOf: () => true } as never;
  const revert = createStageReverter(dependencies, () => {
    steps.push('lock');
    return Promise.resolve({ warnings: [] } as never);
  });
  await revert({ restApiId: 'petstore01', stageName: 'prod', toRevision: 'earlier', dryRun: false });
  expect(steps).toEqual(['read', 'lock']);
});
