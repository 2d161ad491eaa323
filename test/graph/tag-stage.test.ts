import { describe, expect, test } from '@jest/globals';
import { expectRefused, mutate, type Refusal, stored } from '../support/mutations.ts';
import { useGateway } from '../support/run.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const tag = (key: string, value = 'x') => ({ key, value });

const gateway = useGateway();

const tagStage = (tags: readonly object[], input: object = {}) =>
  mutate(gateway, 'tagStage', { ...prod, ...input, tags }, 'stage { tags { key value } }');

describe('tagStage', () => {
  test('adds and changes tags in one call, and keeps other tags', async () => {
    expect(await tagStage([tag('team', 'cats'), tag('cost-center', '')])).toMatchObject({
      userErrors: [],
      warnings: [],
      stage: { tags: [tag('cost-center', ''), tag('env', 'prod'), tag('team', 'cats')] },
    });
    expect(gateway.stageApi.calls()).toEqual({ TagResource: 1, GetStages: 1 });
    expect(gateway.stageApi.requests()[0]).toMatchObject({
      params: { resourceArn: 'arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/prod' },
      body: { tags: { team: 'cats', 'cost-center': '' } },
    });
  });

  test("keeps AWS's own tags", async () => {
    await tagStage([tag('team', 'money')], { restApiId: 'billing003' });
    expect(await stored(gateway, 'prod', 'billing003')).toMatchObject({
      tags: { 'aws:cloudformation:stack-name': 'billing', team: 'money' },
    });
  });

  test('refuses more tags than a stage can have in a dry run, without counting AWS’s own tags', async () => {
    const more = Array.from({ length: 49 }, (_, index) => tag(`k${index}`));
    const held = { restApiId: 'billing003', dryRun: true };
    expect((await tagStage(more, held)).userErrors).toEqual([]);
    const { userErrors } = await tagStage([...more, tag('k49')], { dryRun: true });
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'LIMIT_EXCEEDED',
        field: ['input', 'tags'],
        message: 'The stage would have 52 tags; the limit is 50.',
      }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 2 });
  });

  test.each([
    [tag('Cost Center', 'R + D')],
    [tag('owner', 'a@b.example')],
    [tag('a@b.example', 'Grüße aus Köln')],
    [tag('Grüße', '料金 1/2')],
    [tag('मूल्य', 'दो = 2')],
    [tag('𝒜'.repeat(128), '𝒜'.repeat(256))],
  ])('accepts letters of any script, spaces and @ (%#)', async (given) => {
    const answer = await tagStage([given]);
    expect(answer).toMatchObject({ userErrors: [], stage: { tags: expect.arrayContaining([given]) } });
    expect(await stored(gateway, 'prod')).toMatchObject({ tags: { [given.key]: given.value } });
  });

  const must = (field: string[], ...says: string[]): Refusal => ({ field: ['tags', ...field], says });
  const many = Array.from({ length: 51 }, (_, index) => tag(`k${index}`));
  test.each<readonly [readonly object[], ...Refusal[]]>([
    [[], must([], 'tags must have at least one entry')],
    [[tag('')], must(['0', 'key'], 'key of a tag must be 1 to 128', '""')],
    [[tag('k'.repeat(129))], must(['0', 'key'], 'must be 1 to 128', 'k'.repeat(60))],
    [[tag('a\n')], must(['0', 'key'], 'must be 1 to 128', 'U+000A at position 2')],
    [[tag('a;b')], must(['0', 'key'], '"a;b"', '";" at position 2')],
    [[tag('R&D')], must(['0', 'key'], '"R&D"', '"&" at position 2')],
    [[tag('aws:x')], must(['0', 'key'], 'must not start with "aws:"', '"aws:x"')],
    [[tag('AWS:x')], must(['0', 'key'], 'must not start with "aws:"', '"AWS:x"')],
    [[tag('a', 'v'.repeat(257))], must(['0', 'value'], 'value of tag "a" must be at most 256')],
    [[tag('a', '"')], must(['0', 'value'], 'value of tag "a"', '"\\"" at position 1')],
    [[tag('a'), tag('b'), tag('a')], must(['2', 'key'], '"a" appears twice')],
    [many, must([], 'A stage can have at most 50 tags')],
    [[tag(''), tag('a', '$')], must(['0', 'key'], '""'), must(['1', 'value'], '"a"')],
  ])('%# refuses what breaks a rule, and sends nothing', (tags, ...refusals) =>
    expectRefused(gateway, 'tagStage', { ...prod, tags }, refusals),
  );
});
