import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { breakingChanges, judge } from '../../scripts/breaking-changes.ts';

const released = readFileSync(new URL('../../docs/subgraph-with-scopes.graphql', import.meta.url), 'utf8');

/** The schema with one thing changed; a change that finds nothing to change is a mistake of the test. */
function changed(from: string | RegExp, to: string): string {
  const after = released.replace(from, to);
  if (after === released) throw new Error(`nothing to change: ${String(from)}`);
  return after;
}

describe('a breaking change of the schema', () => {
  test.each([
    ['a field is gone', changed('  observedAt:', '  seenAt:'), 'Stage.observedAt: Field'],
    [
      'what was there always may be null',
      changed('tracingEnabled: Boolean!', 'tracingEnabled: Boolean'),
      'Stage.tracingEnabled:',
    ],
    [
      'a value of an enum is gone',
      changed('  SIZE_118_GB\n', '  SIZE_120_GB\n'),
      'StageCacheClusterSize.SIZE_118_GB:',
    ],
    [
      'an input is needed',
      changed(/(input DeleteStageInput \{)/, '$1\n  reason: String!'),
      'DeleteStageInput.reason:',
    ],
    [
      'a default is another',
      changed('removeCanary: Boolean = false', 'removeCanary: Boolean = true'),
      'PromoteCanaryInput.removeCanary:',
    ],
    ['a page is of another size', changed('first: Int = 25', 'first: Int = 50'), '.first:'],
    ['a key is gone', changed('@key(fields: "restApiId stageName")', ''), 'Stage.@key'],
    [
      'a key is another',
      changed('@key(fields: "restApiId stageName")', '@key(fields: "stageName")'),
      'Stage.@key',
    ],
    [
      'a contract loses a field',
      changed('invokeUrl: String @tag(name: "stages/read")', 'invokeUrl: String'),
      'Stage.invokeUrl.@tag',
    ],
    [
      'a field needs a narrower scope',
      changed(/(tags: \[ApiGatewayTag!\]!)/, '$1 @requiresScopes(scopes: [["stages:admin"]])'),
      '.tags.@requiresScopes: It changes from none to [["stages:admin"]]',
    ],
    [
      'a mutation needs a second scope',
      changed(
        /(DeleteStagePayload @authenticated @requiresScopes\(scopes: )\[\["stages:admin"\]\]/,
        '$1[["stages:admin", "stages:read"]]',
      ),
      'Mutation.deleteStage.@requiresScopes',
    ],
    [
      'a scope is sufficient no longer',
      changed(/(type RestApi\n[^{]*)\["stages:write"\], /, '$1'),
      'RestApi.@requiresScopes',
    ],
    [
      'a field costs more',
      changed(/(\): RestApi @[^\n]*@cost\(weight: )1/, '$12'),
      'Query.restApi.@cost: The weight rises from 1 to 2',
    ],
    [
      'an argument costs more',
      changed(/(nameContains: String [^\n]*@cost\(weight: )4/, '$19'),
      'Query.restApis.nameContains.@cost',
    ],
    [
      'what a type costs, each of its fields without a cost of its own costs more',
      changed(/(type StageVariable\b[^{]*@cost\(weight: )0/, '$11'),
      'Stage.variables.@cost: The weight rises from 0 to 1',
    ],
    [
      'a list is reckoned longer',
      changed('@listSize(assumedSize: 1)', '@listSize(assumedSize: 2)'),
      '.@listSize',
    ],
    [
      'a list is reckoned shorter',
      changed('@listSize(assumedSize: 10)', '@listSize(assumedSize: 1)'),
      '.@listSize',
    ],
    ['a page is no longer reckoned by its size', changed('slicingArguments: ["first"], ', ''), '.@listSize'],
    ['a type is no longer shared', changed('  @shareable\n', ''), 'PageInfo.@shareable'],
    ['older gateways are shut out', changed('federation/v2.9', 'federation/v2.12'), '.@link.url'],
  ])('when %s', async (_, after, change) => {
    const changes = await breakingChanges(released, after);
    expect(changes).toContainEqual(expect.stringContaining(change));
  });

  test.each([
    ['a field comes', changed(/(type RestApi\b[^{]*\{)/, '$1\n  colour: String')],
    ['a value of an enum comes', changed('  SIZE_118_GB\n', '  SIZE_118_GB\n  SIZE_300_GB\n')],
    ['an input comes that may be left out', changed(/(input DeleteStageInput \{)/, '$1\n  reason: String')],
    ['words change', changed('It cannot be changed.', 'It is immutable.')],
    ['a field costs less', changed('@cost(weight: 2)', '@cost(weight: 1)')],
    [
      'another scope is sufficient, too',
      changed('[["stages:read"], ["stages:write"]', '[["stages:read"], ["stages:see"], ["stages:write"]'),
    ],
    [
      'a field comes with a cost and a scope',
      changed(
        /(type RestApi\b[^{]*\{)/,
        '$1\n  owner: String @cost(weight: 1) @requiresScopes(scopes: [["x"]])',
      ),
    ],
    [
      'a contract gains a field',
      changed('tags: [ApiGatewayTag!]!', 'tags: [ApiGatewayTag!]! @tag(name: "stages/read")'),
    ],
    ['what may be null is there always', changed('  invokeUrl: String @tag', '  invokeUrl: String! @tag')],
  ])('not when %s', async (_, after) => {
    expect(await breakingChanges(released, after)).toEqual([]);
  });
});

test('what is declared passes, what is not does not, and neither does a declaration of nothing', () => {
  const why = 'No client used it, and it was wrong.';
  expect(
    judge(
      ['a', 'b'],
      [
        { change: 'a', why },
        { change: 'c', why },
      ],
    ),
  ).toEqual({
    undeclared: ['b'],
    stale: ['c'],
  });
});

test('an SDL that was printed without scopes says nothing of them', async () => {
  const withoutScopes = released.replaceAll(/@authenticated|@requiresScopes\(scopes: \[\[[^)]*\]\]\)/g, '');
  expect(await breakingChanges(withoutScopes, released)).toEqual([]);
});
