import { describe, expect, test } from '@jest/globals';
import { expectRefused, mutate, type Refusal, stored } from '../support/mutations.ts';
import { useGateway } from '../support/run.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };

const gateway = useGateway();

const untag = (keys: readonly string[]) =>
  mutate(gateway, 'untagStage', { ...prod, keys }, 'stage { tags { key value } }');

describe('untagStage', () => {
  test('removes tags in one call, and ignores missing tags', async () => {
    expect(await untag(['team', 'nothing'])).toMatchObject({
      userErrors: [],
      warnings: [],
      stage: { tags: [{ key: 'env', value: 'prod' }] },
    });
    expect(gateway.stageApi.calls()).toEqual({ UntagResource: 1, GetStages: 1 });
    expect(gateway.stageApi.requests()[0]?.params).toEqual({
      resourceArn: 'arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/prod',
      tagKeys: 'team,nothing',
    });
  });

  test('succeeds if no tag exists, and returns an empty list after the last one is removed', async () => {
    expect((await untag(['nothing'])).userErrors).toEqual([]);
    expect(await untag(['team', 'env'])).toMatchObject({ userErrors: [], stage: { tags: [] } });
    expect(await stored(gateway, 'prod')).not.toHaveProperty('tags');
  });

  test.each(['Cost Center', 'a;b', 'R&D', 'AWS:mine', 'a\tb', 'é'.repeat(128)])(
    'removes any existing key: %j',
    async (key) => {
      const { userErrors } = await untag([key]);
      expect(userErrors).toEqual([]);
      expect(gateway.stageApi.requests()[0]?.params).toMatchObject({ tagKeys: key });
    },
  );

  const must = (field: string[], ...says: string[]): Refusal => ({ field: ['keys', ...field], says });
  test.each<readonly [readonly string[], ...Refusal[]]>([
    [[], must([], 'keys must have at least one entry')],
    [[''], must(['0'], 'key of a tag must be 1 to 128', '""')],
    [['a', 'k'.repeat(129)], must(['1'], 'must be 1 to 128')],
    [['\ud800'], must(['0'], 'must be 1 to 128')],
    [['aws:cloudformation:stack-name'], must(['0'], 'must not start with "aws:"')],
    [['a', 'a'], must(['1'], '"a" appears twice')],
    [['', 'aws:x'], must(['0'], '""'), must(['1'], '"aws:x"')],
  ])('refuses %j, and sends nothing', (keys, ...refusals) =>
    expectRefused(gateway, 'untagStage', { ...prod, keys }, refusals),
  );
});
