import { describe, expect, it } from '@jest/globals';
import { cases, replay } from './recorded/replay.ts';
import { useStageApi } from './stage-api.ts';

const stageApi = useStageApi();

describe('what AWS answered about the resources around a stage', () => {
  it.each(cases.map((recorded) => [recorded.id, recorded] as const))(
    'is answered: %s',
    async (_id, recorded) => {
      const problems = await replay(stageApi.api().url, recorded);
      expect(problems).toEqual([]);
    },
  );
});
