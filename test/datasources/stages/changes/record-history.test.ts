import { expect, test } from '@jest/globals';
import { createCallers } from '../../../../src/auth/caller.ts';
import { noMemory } from '../../../../src/datasources/memory/no-memory.ts';
import { createChangeRecorder } from '../../../../src/datasources/stages/changes/change-recorder.ts';
import { createHistoryRecorder } from '../../../../src/datasources/stages/changes/record-history.ts';
import type { RecordOutcome } from '../../../../src/memory/history/index.ts';
import { stageAt, target } from '../../../support/history-world.ts';

const key = { restApiId: 'petstore01', stageName: 'prod' };

test.each<[RecordOutcome, RegExp]>([
  ['STORED', /^$/],
  ['PENDING', /^HISTORY_PENDING .*The entry is written when it is available again\.$/],
  ['LOST', /^HISTORY_PENDING .*the history has no entry of it/],
])('a change whose entry is %s says so', async (outcome, says) => {
  const recorder = createChangeRecorder();
  recorder.begin('updateStage');
  recorder.recordCall({ operation: 'UpdateStage', input: {}, outcome: 'OK', awsRequestId: null });
  const record = createHistoryRecorder({
    target,
    caller: createCallers().anonymous({ name: null, version: null }),
    memory: { ...noMemory, record: () => Promise.resolve(outcome) },
    recorder,
  });
  const result = { key, stage: stageAt(1), patchOperations: [], warnings: [], userErrors: [] };
  const { warnings } = await record(key, 'update', () => Promise.resolve(result));
  expect(warnings.map(({ code, message }) => `${code} ${message}`).join('\n')).toMatch(says);
});
