import { describe, expect, test } from '@jest/globals';
import { expectRefused, mutate, type Refusal, removed, replaced, stored } from '../support/mutations.ts';
import { sentPatches, useGateway } from '../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const variable = (name: string, value = 'x') => ({ name, value });

const gateway = useGateway();

const change = (input: object) =>
  mutate(gateway, 'setStageVariables', { ...dev, ...input }, 'stage { variables { name value redacted } }');
const variables = async () => (await stored(gateway, 'dev'))?.variables;

describe('setStageVariables', () => {
  test('sets and removes in one call, sorted by name, and keeps other variables', async () => {
    const answer = await change({
      set: [variable('zoo', 'open'), variable('table', 'cats'), variable('Area', '51')],
      remove: ['nothing', 'backend'],
    });
    expect(answer).toMatchObject({
      userErrors: [],
      warnings: [],
      patchOperations: [
        replaced('/variables/Area', '51'),
        replaced('/variables/table', 'cats'),
        replaced('/variables/zoo', 'open'),
        removed('/variables/backend'),
        removed('/variables/nothing'),
      ],
      stage: {
        variables: [
          { name: 'Area', value: '51', redacted: false },
          { name: 'table', value: 'cats', redacted: false },
          { name: 'zoo', value: 'open', redacted: false },
        ],
      },
    });
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
    expect(sentPatches(gateway)[0]).toEqual([
      { op: 'replace', path: '/variables/Area', value: '51' },
      { op: 'replace', path: '/variables/table', value: 'cats' },
      { op: 'replace', path: '/variables/zoo', value: 'open' },
      { op: 'remove', path: '/variables/backend' },
      { op: 'remove', path: '/variables/nothing' },
    ]);
    expect(await variables()).toEqual({ Area: '51', table: 'cats', zoo: 'open' });
  });

  test('removes the last variable, and returns an empty list', async () => {
    const answer = await change({ remove: ['backend', 'table'], set: null });
    expect(answer).toMatchObject({ userErrors: [], stage: { variables: [] } });
    expect(await variables()).toBeUndefined();
  });

  test('succeeds if a variable to remove does not exist', async () => {
    const before = await variables();
    expect(await change({ remove: ['nothing'] })).toMatchObject({ userErrors: [] });
    expect(await variables()).toEqual(before);
  });

  test('sends the given values even if they are set already', async () => {
    await change({ set: [variable('table', 'pets-dev')] });
    expect(sentPatches(gateway)).toHaveLength(1);
  });

  test.each(['A-Za-z', 'every symbol -._~:/?#&=, and space', 'x'.repeat(512), '0'])(
    'accepts the value %j',
    async (value) => {
      // An apostrophe is not allowed.
      const { userErrors } = await change({ set: [variable('v', value)] });
      expect(userErrors).toEqual([]);
      expect(await variables()).toMatchObject({ v: value });
    },
  );

  test('lets AWS count existing variables', async () => {
    const many = (from: number) => Array.from({ length: 60 }, (_, index) => variable(`v${from + index}`));
    expect((await change({ set: many(0) })).userErrors).toEqual([]);
    expect((await change({ set: many(60) })).userErrors).toEqual([
      expect.objectContaining({ code: 'REJECTED', message: expect.stringMatching(/at most 100 variables/) }),
    ]);
    expect(Object.keys((await variables()) as object)).toHaveLength(62);
  });

  test('refuses a change that is too long for one call', async () => {
    const set = Array.from({ length: 81 }, (_, index) => variable(`v${index}`));
    const before = await variables();
    const { userErrors, patchOperations } = await change({ set });
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/81 patch operations.*at most 80.*several mutations/),
        field: ['input'],
      }),
    ]);
    expect(patchOperations).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({});
    expect(await variables()).toEqual(before);
  });

  const must = (field: string[], ...says: string[]): Refusal => ({ field, says });
  const badName = (name: string, reason = '') =>
    [
      { set: [variable('fine'), variable(name)] },
      must(
        ['set', '1', 'name'],
        'must be 1 to 64 letters, digits and underscores',
        JSON.stringify(name),
        reason,
      ),
    ] as const;
  const badValue = (value: string, reason: string) =>
    [
      { set: [variable('v', value)] },
      must(
        ['set', '0', 'value'],
        'The value of "v" must be 1 to 512 letters, digits, spaces and -._~:/?#&=,',
        reason,
      ),
    ] as const;
  test.each<readonly [object, ...Refusal[]]>([
    [{}, must([], 'At least one variable must be set or removed')],
    [{ set: [], remove: [] }, must([], 'At least one variable')],
    [{ set: null, remove: null, dryRun: true }, must([], 'At least one variable')],
    badName(''),
    badName('my-name', '"-" at position 3 is not allowed.'),
    badName('a/b'),
    badName('a~1b'),
    badName('é', '"é" at position 1 is not allowed.'),
    badName('a\n'),
    [{ set: [variable('x'.repeat(65))] }, must(['set', '0', 'name'], 'must be 1 to 64', 'x'.repeat(60))],
    badValue('', 'it is empty.'),
    badValue('$LATEST', '"$" at position 1 is not allowed.'),
    badValue('a"b', '"\\"" at position 2 is not allowed.'),
    badValue('ü', '"ü" at position 1 is not allowed.'),
    badValue('a👍b', '"👍" at position 2 is not allowed.'),
    badValue('a\nb', 'U+000A at position 2 is not allowed.'),
    badValue('a\u200bb', 'U+200B at position 2 is not allowed.'),
    badValue('a\ud800', 'U+D800 at position 2 is not allowed.'),
    badValue('x'.repeat(513), 'it has 513 characters.'),
    [{ set: [variable('a'), variable('b'), variable('a')] }, must(['set', '2'], '"a" appears twice')],
    [{ remove: ['a', 'a'] }, must(['remove', '1'], '"a" appears twice')],
    [{ remove: ['my-name'] }, must(['remove', '0'], '"my-name"', 'must be 1 to 64')],
    [{ set: [variable('a')], remove: ['b', 'a'] }, must(['remove', '1'], '"a" is both set and removed')],
    [
      { restApiId: '', set: [variable('a b', ''), variable('c')], remove: ['c', ''] },
      must(['restApiId'], 'restApiId', '""'),
      must(['set', '0', 'name'], '"a b"'),
      must(['set', '0', 'value'], '"a b"'),
      must(['remove', '1'], '""'),
      must(['remove', '0'], '"c" is both set and removed'),
    ],
  ])('refuses %j, and sends nothing', (input, ...refusals) =>
    expectRefused(gateway, 'setStageVariables', { ...dev, ...input }, refusals),
  );

  test('refuses more variables than a stage can have, and does not repeat values in messages', async () => {
    const set = Array.from({ length: 101 }, (_, index) =>
      variable(`v${index}`, index === 7 ? 'se"cret' : 'x'),
    );
    const { userErrors } = await change({ set });
    expect(userErrors).toContainEqual(
      expect.objectContaining({
        field: ['input', 'set'],
        message: 'A stage can have at most 100 variables.',
      }),
    );
    expect(JSON.stringify(userErrors)).not.toContain('cret');
    expect(gateway.stageApi.calls()).toEqual({});
  });
});
