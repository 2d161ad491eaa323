import { describe, expect, test } from '@jest/globals';
import { checkFilter } from '../../../src/datasources/memory/filter-limits.ts';
import { run } from '../../support/run.ts';

const texts = (count: number, characters = 1) => Array<string>(count).fill('x'.repeat(characters));

describe('a list of a filter', () => {
  test.each([
    ['accounts', 1000, 256],
    ['regions', 1000, 256],
    ['restApiIds', 1000, 256],
    ['restApiNames', 100, 1024],
    ['stageNames', 100, 256],
    ['by', 100, 2048],
  ] as const)('%s has at most %i entries of %i characters', (field, entries, characters) => {
    checkFilter({ [field]: texts(entries, characters) });
    expect(() => checkFilter({ [field]: texts(entries + 1) })).toThrow(
      `where.${field} has ${entries + 1} entries; the limit is ${entries}.`,
    );
    expect(() => checkFilter({ [field]: ['x', ...texts(1, characters + 1)] })).toThrow(
      `where.${field}[1] has ${characters + 1} characters; the limit is ${characters}`,
    );
  });

  test('tags has at most 100, each with a key and a value of 256 characters', () => {
    const [key = ''] = texts(1, 256);
    const tags = Array.from({ length: 100 }, () => ({ key, value: key }));
    checkFilter({ tags });
    expect(() => checkFilter({ tags: [...tags, { key: 'team' }] })).toThrow('where.tags has 101 entries');
    expect(() => checkFilter({ tags: [{ key: `${key}x` }] })).toThrow('where.tags[0].key has 257');
    expect(() => checkFilter({ tags: [{ key, value: `${key}x` }] })).toThrow('where.tags[0].value has 257');
  });

  test('of enums has at most 100 entries', () => {
    const many = 101;
    expect(() => checkFilter({ parts: Array(many).fill('TAGS') })).toThrow('where.parts has 101');
    expect(() => checkFilter({ sources: Array(many).fill('GATEWAY') })).toThrow('where.sources has 101');
    expect(() => checkFilter({ findings: Array(many).fill('NO_ACCESS_LOG') })).toThrow('where.findings has');
  });
});

test.each([
  ['stageHistory', 'StageHistoryFilter'],
  ['stageInventory', 'StageInventoryFilter'],
])('%s refuses a filter that is too long', async (field, type) => {
  const gateway = await run({ memory: {} });
  const query = `query ($where: ${type}) { ${field}(where: $where) { nodes { __typename } } }`;
  const { errors } = await gateway.graphql(query, { where: { stageNames: texts(101) } });
  expect(errors).toMatchObject([
    {
      message: 'where.stageNames has 101 entries; the limit is 100.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  expect((await gateway.graphql(query, { where: { stageNames: texts(100) } })).errors).toBeUndefined();
});
