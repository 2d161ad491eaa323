import { describe, expect, it } from '@jest/globals';
import { cases, replay } from './recorded/replay.ts';
import { useStageApi } from './stage-api.ts';

/** A listed case that is answered as recorded makes its test fail, so that it is removed from the list. */
const notYetAnswered: readonly string[] = [
  'documentation-import',
  'import-malformed',
  'import-merge-binary-media-types',
  'import-mock-cors',
  'import-base-path-ignore',
  'import-base-path-prepend',
];

const wanted = (id: string): unknown =>
  notYetAnswered.includes(id) ? expect.arrayContaining([expect.any(String)]) : [];

const stageApi = useStageApi();

describe('what AWS answered about the resources around a stage', () => {
  it.each(cases.map((recorded) => [recorded.id, recorded] as const))(
    'is answered: %s',
    async (id, recorded) => {
      const problems = await replay(stageApi.api().url, recorded);
      expect(problems).toEqual(wanted(id));
    },
  );

  it('has the cases that are listed as not yet answered', () => {
    expect(cases.map(({ id }) => id)).toEqual(expect.arrayContaining([...notYetAnswered]));
  });
});
