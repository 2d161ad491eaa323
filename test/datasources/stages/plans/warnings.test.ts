import { describe, expect, test } from '@jest/globals';
import { stateAfter } from '../../../../src/datasources/stages/plans/canary-state.ts';
import type { PatchOperation } from '../../../../src/datasources/stages/plans/patch-plan.ts';
import { type WarningContext, warningsOf } from '../../../../src/datasources/stages/plans/warnings.ts';
import type { StageModel } from '../../../../src/datasources/stages/wire/model.ts';
import { newEntry, stageWith } from '../../../support/stages.ts';

const replace = (path: string, value: string): PatchOperation => ({ op: 'replace', path, value });
const remove = (path: string): PatchOperation => ({ op: 'remove', path });
const promotion: PatchOperation[] = [
  { op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' },
  replace('/canarySettings/percentTraffic', '0.0'),
];

const plain = stageWith();
const clustered = stageWith({ cacheClusterEnabled: true, cacheClusterSize: '0.5' });
const contextOf = (
  operations: PatchOperation[],
  stage: StageModel,
  before?: WarningContext['before'],
): WarningContext => ({ operations, before, known: before, stage, after: stateAfter(stage, operations) });
const codes = (operations: PatchOperation[], stage = plain, before?: WarningContext['before']): string[] =>
  warningsOf(contextOf(operations, stage, before)).map(({ code }) => code);

const caching = replace('/~1pets/GET/caching/enabled', 'true');
const resize = replace('/cacheClusterSize', '1.6');

const split = stageWith({ canarySettings: { deploymentId: 'dep002', percentTraffic: 20 } });
const ofItself = stageWith({ canarySettings: { deploymentId: 'dep001', percentTraffic: 5 } });
const share = (percent: string) => replace('/canarySettings/percentTraffic', percent);
const canaryOf = (id: string) => replace('/canarySettings/deploymentId', id);

describe('a warning', () => {
  test.each<[string, string[], string[]]>([
    ['caching without a cluster', ['CACHING_WITHOUT_CLUSTER'], codes([caching])],
    ['no caching beside a cluster', [], codes([caching], clustered)],
    ['caching while the cluster is made', [], codes([replace('/cacheClusterEnabled', 'true'), caching])],
    [
      'caching while the cluster is deleted',
      ['CACHING_WITHOUT_CLUSTER'],
      codes([replace('/cacheClusterEnabled', 'false'), caching], clustered),
    ],
    ['caching switched off', [], codes([replace('/*/*/caching/enabled', 'false')])],
    ['full request data', ['FULL_REQUEST_DATA_LOGGED'], codes([replace('/*/*/logging/dataTrace', 'true')])],
    ['no request data', [], codes([replace('/*/*/logging/dataTrace', 'false')])],
    ['blocked by rate', ['ALL_TRAFFIC_BLOCKED'], codes([replace('/~1a/GET/throttling/rateLimit', '0.0')])],
    ['blocked by burst', ['ALL_TRAFFIC_BLOCKED'], codes([replace('/~1a/GET/throttling/burstLimit', '0')])],
    ...['0', '00', '-0', '0.00', '-0.0', '000.000'].map((value): [string, string[], string[]] => [
      `blocked by a rate of ${value}`,
      ['ALL_TRAFFIC_BLOCKED'],
      codes([replace('/~1a/GET/throttling/rateLimit', value)]),
    ]),
    ...['00', '-0', '000'].map((value): [string, string[], string[]] => [
      `blocked by a burst of ${value}`,
      ['ALL_TRAFFIC_BLOCKED'],
      codes([replace('/~1a/GET/throttling/burstLimit', value)]),
    ]),
    ['not throttled', [], codes([replace('/~1a/GET/throttling/rateLimit', '-1.00')])],
    ['throttled', [], codes([replace('/~1a/GET/throttling/rateLimit', '0.5')])],
    ['a dead key written', ['DEAD_KEY'], codes([replace('/pets/GET/metrics/enabled', 'true')])],
    ['a dead key removed', [], codes([remove('/pets/GET')])],
    ['a canary kept', ['CANARY_KEPT'], codes(promotion)],
    ...['0', '-0', '00.0'].map((value): [string, string[], string[]] => [
      `a canary kept at ${value}`,
      ['CANARY_KEPT'],
      codes([...promotion.slice(0, 1), replace('/canarySettings/percentTraffic', value)]),
    ]),
    ['a canary removed', [], codes([...promotion, remove('/canarySettings')])],
    ['a canary that goes on', [], codes(promotion.slice(0, 1))],
    ['a resize', ['CACHE_CONTENT_LOST'], codes([resize])],
    ['a resize of a cluster that was seen', ['CACHE_CONTENT_LOST'], codes([resize], clustered, clustered)],
    ['the size that it had', [], codes([replace('/cacheClusterSize', '0.5')], clustered, clustered)],
    ['a size where there was no cluster', [], codes([resize], clustered, plain)],
    ['a canary of itself', ['CANARY_OF_ITSELF'], codes([canaryOf('dep001'), share('5.0')])],
    ['the share of a canary of itself', ['CANARY_OF_ITSELF'], codes([share('6.0')], ofItself, ofItself)],
    [
      'a deployment that the canary has already',
      ['CANARY_OF_ITSELF'],
      codes([replace('/deploymentId', 'dep002')], split),
    ],
    [
      'a canary of the same deployment with overrides',
      [],
      codes([canaryOf('dep001'), replace('/canarySettings/stageVariableOverrides/a', 'b')]),
    ],
    [
      'another change beside a canary of itself',
      [],
      codes([replace('/description', 'x')], ofItself, ofItself),
    ],
    ['a canary of itself that ends', [], codes([remove('/canarySettings')], ofItself, ofItself)],
    ['a large first step', ['CANARY_STEP_LARGE'], codes([canaryOf('dep002'), share('26.0')], plain, plain)],
    ['a small first step', [], codes([canaryOf('dep002'), share('25.0')], plain, plain)],
    ['a doubled share', [], codes([share('40.0')], split, split)],
    ['more than a doubled share', ['CANARY_STEP_LARGE'], codes([share('40.1')], split, split)],
    ['a smaller share', [], codes([share('0.0')], split, split)],
    [
      'the same share for another deployment',
      ['CANARY_STEP_LARGE'],
      codes([canaryOf('dep003'), share('30.0')], split, split),
    ],
    ['a share without a known stage', [], codes([share('100.0')], split)],
    ['nothing of note', [], codes([replace('/description', 'x'), replace('/variables/a', 'true')])],
  ])('of %s: %j', (_, expected, actual) => {
    expect(actual).toEqual(expected);
  });

  test('about a dead key names it, and only beside the written entry', () => {
    const stage = stageWith({ methodSettings: { 'pets/GET': newEntry, '~1pets/GET': newEntry } });
    const twin = (path: string) => warningsOf(contextOf([replace(path, 'true')], stage));
    expect(twin('/~1pets/GET/metrics/enabled')).toEqual([
      { code: 'DEAD_KEY', message: expect.stringMatching(/"pets\/GET".*GET \/pets.*removeMethodSetting/) },
    ]);
    expect(twin('/~1pets/PUT/metrics/enabled')).toEqual([]);
    // The same change removes it.
    const operations = [remove('/pets/GET'), replace('/~1pets/GET/metrics/enabled', 'true')];
    expect(warningsOf(contextOf(operations, stage))).toEqual([]);
  });

  test('names each method once, with its human path', () => {
    const operations = [
      caching,
      replace('/*/*/caching/enabled', 'true'),
      replace('/~1pets~1{petId}/GET/throttling/rateLimit', '0.0'),
      replace('/~1pets~1{petId}/GET/throttling/burstLimit', '0'),
    ];
    expect(warningsOf(contextOf(operations, plain))).toEqual([
      { code: 'CACHING_WITHOUT_CLUSTER', message: expect.stringContaining('for GET /pets, ALL *,') },
      { code: 'ALL_TRAFFIC_BLOCKED', message: expect.stringContaining('to GET /pets/{petId};') },
    ]);
  });
});
