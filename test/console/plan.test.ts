import { describe, expect, test } from '@jest/globals';
import { inheritedOn, linesOfChanges, type FieldChange } from '../../console/src/words/changes.ts';
import { inheritedFrom } from '../../console/src/words/method-settings.ts';
import { type Operation, type PlannedStage, planOf } from '../../console/src/words/plan.ts';

const variable = (name: string, value: string) => ({ name, value, redacted: false });

const stage: PlannedStage = {
  deploymentId: 'dep001',
  description: 'Live traffic',
  tracingEnabled: true,
  cacheClusterEnabled: false,
  variables: [
    variable('table', 'pets'),
    variable('flags', 'off'),
    { name: 'key', value: null, redacted: true },
  ],
  accessLogSettings: { destinationArn: 'arn:aws:logs:x', format: '$context.requestId' },
  canarySettings: {
    percentTraffic: 10,
    deploymentId: 'dep002',
    useStageCache: false,
    stageVariableOverrides: [variable('flags', 'on')],
  },
  methodSettings: [
    { key: '~1pets/GET', throttlingRateLimit: 100, throttlingBurstLimit: -1, cacheDataEncrypted: false },
    { key: '*/*', throttlingRateLimit: 1000, loggingLevel: null },
  ],
};
const names = new Map([
  ['dep001', 'v1.0'],
  ['dep002', 'v1.1'],
]);

const replace = (path: string, value: string): Operation => ({ op: 'replace', path, value, from: null });
const remove = (path: string): Operation => ({ op: 'remove', path, value: null, from: null });
const copy = (from: string, path: string): Operation => ({ op: 'copy', path, value: null, from });
const sentences = (lines: ReturnType<typeof planOf>) =>
  lines.map(({ what, before, after }) => `${what}: ${before ?? 'none'} → ${after ?? 'none'}`);
const inWords = (...operations: Operation[]) => sentences(planOf(operations, stage, names));

describe('patch operations in words', () => {
  test.each([
    [replace('/canarySettings/percentTraffic', '25.0'), 'Traffic of the canary: 10 % → 25 %'],
    [replace('/canarySettings/deploymentId', 'dep001'), 'Deployment of the canary: v1.1 → v1.0'],
    [replace('/canarySettings/useStageCache', 'true'), 'Canary uses the cache of the stage: off → on'],
    [remove('/canarySettings'), 'Canary: 10 % of the traffic to v1.1 → none'],
    [
      replace('/canarySettings/stageVariableOverrides/table', 'cats'),
      'Variable table for the canary: pets → cats',
    ],
    [remove('/canarySettings/stageVariableOverrides/flags'), 'Variable flags for the canary: on → off'],
    [replace('/deploymentId', 'dep003'), 'Deployment: v1.0 → dep003'],
    [replace('/variables/table', 'cats'), 'Variable table: pets → cats'],
    [replace('/variables/new', 'a/b'), 'Variable new: none → a/b'],
    [replace('/variables/key', 'secret'), 'Variable key: hidden → secret'],
    [remove('/variables/table'), 'Variable table: pets → none'],
    [replace('/~1pets/GET/throttling/rateLimit', '25.0'), 'GET /pets: requests per second: 100 → 25'],
    [replace('/~1pets/GET/throttling/burstLimit', '5'), 'GET /pets: requests at once (burst): no limit → 5'],
    [replace('/~1pets/GET/caching/dataEncrypted', 'true'), 'GET /pets: encrypted cache: off → on'],
    [
      replace('/~1pets~1{petId}/PUT/logging/loglevel', 'INFO'),
      'PUT /pets/{petId}: execution log: inherits → INFO',
    ],
    [
      replace('/~1pets~1{petId}/PUT/throttling/rateLimit', '33'),
      'PUT /pets/{petId}: requests per second: inherits 1000 → 33',
    ],
    [
      replace('/~1pets~1{petId}/PUT/throttling/burstLimit', '5'),
      'PUT /pets/{petId}: requests at once (burst): inherits 5000 → 5',
    ],
    [
      replace('/*/*/throttling/rateLimit', '-1'),
      'Default of all methods: requests per second: 1000 → no limit',
    ],
    [remove('/~1pets/GET'), 'GET /pets: settings of its own → the default of the stage'],
    [replace('/tracingEnabled', 'false'), 'Tracing (X-Ray): on → off'],
    [replace('/description', 'New'), 'Description: Live traffic → New'],
    [remove('/accessLogSettings'), 'Access log: arn:aws:logs:x → none'],
    // What the words do not know is shown as it is.
    [replace('/something/new', '1'), '/something/new: none → 1'],
    [remove('/something'), '/something: none → removed'],
    [copy('/a', '/b'), '/b: none → copied from /a'],
  ])('%j', (operation, sentence) => {
    expect(inWords(operation)).toEqual([sentence]);
  });

  test('a promotion is what the stage gets, and the end of the canary', () => {
    expect(
      inWords(
        copy('/canarySettings/deploymentId', '/deploymentId'),
        copy('/canarySettings/stageVariableOverrides', '/variables'),
        replace('/canarySettings/percentTraffic', '0.0'),
        remove('/canarySettings'),
      ),
    ).toEqual([
      'Deployment: v1.0 → v1.1',
      'Variable flags: off → on',
      'Canary: 10 % of the traffic to v1.1 → none',
    ]);
  });

  test('what stays the same is no line', () => {
    expect(inWords(replace('/variables/table', 'pets'), replace('/tracingEnabled', 'true'))).toEqual([]);
  });
});

describe('changes of fields in words', () => {
  const inherited = inheritedFrom(stage.methodSettings);
  const change = (path: string[], before: string | null, after: string | null): FieldChange => ({
    path,
    before,
    after,
    kind: before === null ? 'ADDED' : after === null ? 'REMOVED' : 'CHANGED',
    redacted: false,
  });
  test.each([
    [change(['deploymentId'], 'dep001', 'dep002'), 'Deployment: v1.0 → v1.1'],
    [change(['tracingEnabled'], 'false', 'true'), 'Tracing (X-Ray): off → on'],
    [
      change(['cacheClusterSize'], 'SIZE_0_5_GB', 'SIZE_118_GB'),
      'Size of the cache cluster: 0.5 GB → 118 GB',
    ],
    [change(['variables', 'flagsEnabled'], null, 'true'), 'Variable flagsEnabled: none → true'],
    [change(['tags', 'team'], 'a', null), 'Tag team: a → none'],
    [change(['accessLogSettings', 'format'], 'a', 'b'), 'Format of the access log: a → b'],
    [change(['canarySettings', 'percentTraffic'], '10', '25'), 'Traffic of the canary: 10 % → 25 %'],
    [change(['canarySettings', 'deploymentId'], null, 'dep002'), 'Deployment of the canary: none → v1.1'],
    [
      change(['canarySettings', 'stageVariableOverrides', 'flags'], null, 'on'),
      'Variable flags for the canary: none → on',
    ],
    [
      change(['methodSettings', '/pets', 'GET', 'throttlingRateLimit'], '100', '-1'),
      'GET /pets: requests per second: 100 → no limit',
    ],
    [
      change(['methodSettings', '*', 'ALL', 'cachingEnabled'], 'false', 'true'),
      'Default of all methods: cached responses: off → on',
    ],
    [
      change(['methodSettings', 'pets/GET', 'metricsEnabled'], 'false', 'true'),
      'Dead key pets/GET: detailed metrics: off → on',
    ],
    [
      change(['methodSettings', '/pets', 'GET', 'throttlingRateLimit'], null, '10'),
      'GET /pets: requests per second: inherits 1000 → 10',
    ],
    [
      change(['methodSettings', '/pets', 'GET', 'throttlingBurstLimit'], '10', null),
      'GET /pets: requests at once (burst): 10 → inherits 5000',
    ],
    [
      change(['methodSettings', '/pets', 'GET', 'loggingLevel'], null, 'INFO'),
      'GET /pets: execution log: inherits → INFO',
    ],
    [
      change(['methodSettings', '*', 'ALL', 'throttlingRateLimit'], null, '10'),
      'Default of all methods: requests per second: inherits 10000 → 10',
    ],
    [
      change(['methodSettings', 'pets/GET', 'throttlingRateLimit'], null, '10'),
      'Dead key pets/GET: requests per second: none → 10',
    ],
    [
      change(['methodSettings', '/pets', 'GET'], null, null),
      'GET /pets: the default of the stage → settings of its own',
    ],
    [change(['methodSettings', 'pets/GET'], null, null), 'Dead key pets/GET: none → settings of its own'],
  ])('%j', (given, sentence) => {
    expect(sentences(linesOfChanges([given], names, inherited))).toEqual([sentence]);
  });

  test('what was inherited before is what the default was then', () => {
    const changes = [
      change(['methodSettings', '*', 'ALL', 'throttlingRateLimit'], '500', '1000'),
      change(['methodSettings', '/pets', 'GET', 'throttlingRateLimit'], null, '10'),
    ];
    const [, method] = sentences(linesOfChanges(changes, names, inherited));
    expect(method).toBe('GET /pets: requests per second: inherits 500 → 10');
    expect(inheritedOn('after', changes, inheritedFrom([]))('throttlingRateLimit')).toBe('1000');
  });

  test.each([
    ['ADDED', 'none → hidden'],
    ['CHANGED', 'hidden → hidden'],
    ['REMOVED', 'hidden → none'],
  ])('a withheld value that is %s stays hidden', (kind, sentence) => {
    const hidden = { path: ['variables', 'key'], kind, before: null, after: null, redacted: true };
    expect(sentences(linesOfChanges([hidden], names, inherited))).toEqual([`Variable key: ${sentence}`]);
  });
});
