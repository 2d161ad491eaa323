import { describe, expect, test } from '@jest/globals';
import type { StagePatchOperationInput } from '../../../../src/__generated__/types.ts';
import { planRawPatch } from '../../../../src/datasources/stages/plans/raw-patch.ts';

const logGroup = 'arn:aws:logs:us-east-1:123456789012:log-group:petstore-prod';
const canary = '/canarySettings';

const replacements: [string, string][] = [
  ['/deploymentId', 'dep002'],
  ['/description', 'Live'],
  ['/description', ''],
  ['/cacheClusterEnabled', 'true'],
  ['/cacheClusterSize', '0.5'],
  ['/clientCertificateId', 'cert01'],
  ['/clientCertificateId', ''],
  ['/documentationVersion', '1.0'],
  ['/documentationVersion', ''],
  ['/tracingEnabled', 'false'],
  ['/variables/table', 'pets'],
  [`${canary}/deploymentId`, 'dep002'],
  [`${canary}/percentTraffic`, '0.0'],
  [`${canary}/percentTraffic`, '50'],
  [`${canary}/useStageCache`, 'true'],
  [`${canary}/stageVariableOverrides/table`, 'cats'],
  ['/accessLogSettings/destinationArn', logGroup],
  ['/accessLogSettings/format', '$context.requestId'],
  ['/*/*/metrics/enabled', 'true'],
  ['/~1pets/GET/logging/loglevel', 'INFO'],
  ['/~1pets/GET/logging/dataTrace', 'false'],
  ['/~1/GET/throttling/burstLimit', '-1'],
  ['/~1pets~1{petId}/HEAD/throttling/rateLimit', '0.5'],
  ['/~1pets/GET/throttling/rateLimit', '0'],
  ['/pets/GET/caching/enabled', 'true'],
  ['/pets/{petId}/toys/GET/caching/enabled', 'true'],
  ['/*/GET/caching/ttlInSeconds', '3600'],
  ['/~1pets/GET/caching/dataEncrypted', 'true'],
  ['/~1pets/GET/caching/requireAuthorizationForCacheControl', 'true'],
  ['/~1pets/GET/caching/unauthorizedCacheControlHeaderStrategy', 'FAIL_WITH_403'],
];

const accepted: StagePatchOperationInput[] = [
  ...replacements.map(([path, value]) => ({ op: 'replace', path, value })),
  { op: 'add', path: '/accessLogSettings/destinationArn', value: logGroup },
  { op: 'add', path: '/accessLogSettings/format', value: '$context.requestId' },
  { op: 'remove', path: '/accessLogSettings' },
  { op: 'remove', path: '/canarySettings' },
  { op: 'remove', path: '/variables/table' },
  { op: 'remove', path: '/canarySettings/stageVariableOverrides/table' },
  { op: 'remove', path: '/*/*' },
  { op: 'remove', path: '/~1pets/GET' },
  { op: 'remove', path: '/pets/GET' },
  { op: 'remove', path: '/~1pets/ANY' },
  { op: 'remove', path: '/tenant/{t}/codes/GET' },
  { op: 'remove', path: '//tenant/{t}/codes/GET' },
  { op: 'remove', path: '/~1tenant~1{t}~1codes~1GET' },
  { op: 'remove', path: '/pets~1GET' },
  { op: 'remove', path: '/~1pets/*' },
  { op: 'copy', path: '/deploymentId', from: '/canarySettings/deploymentId' },
  { op: 'copy', path: '/variables', from: '/canarySettings/stageVariableOverrides' },
];

const replace = (path: string, value: string | null = 'x') => ({ op: 'replace', path, value });

/** The operation, the member that breaks a rule, and a part of the rule. */
const refused: [StagePatchOperationInput, 'op' | 'path' | 'value' | 'from', string][] = [
  [{ op: 'move', path: '/deploymentId' }, 'op', 'must be replace, remove, copy or add, not "move"'],
  [{ op: 'test', path: '/deploymentId', value: 'x' }, 'op', 'not "test"'],
  [{ op: 'REPLACE', path: '/description', value: 'x' }, 'op', 'not "REPLACE"'],
  [{ op: 'constructor', path: '/description' }, 'op', 'not "constructor"'],
  [{ op: '', path: '/description' }, 'op', 'not ""'],
  [replace('description'), 'path', 'must start with "/", not "description"'],
  [replace('badpath/GET/metrics/enabled', 'true'), 'path', 'must start with "/"'],
  ...[
    ...['', '/', '//', '/documentation_version', '/tags/team', '/stageName', '/webAclArn', '/constructor'],
    ...['/variables', '/variables/', '/variables/a/b', '/canarySettings', '/canarySettings/badPath'],
    ...['/canarySettings/stageVariableOverrides', '/accessLogSettings', '/accessLogSettings/*'],
    ...['/methodSettings', '/*/*', '/*/*/logging/logLevel', '/*/*/accessLogSettings/format'],
    ...['/~1pets/TRACE/metrics/enabled', '//pets/toys/GET/metrics/enabled', '//GET/metrics/enabled'],
    ...['/{proxy+}/ANY//throttling/burstLimit', '/~1pets/GET/metrics/enabled/', '/GET/metrics/enabled'],
  ].map((path): [StagePatchOperationInput, 'path', string] => [replace(path), 'path', path || 'must start']),
  ...['/~1pets/ANY/metrics/enabled', '/*/ANY/metrics/enabled', '/pets/ANY/logging/loglevel'].map(
    (path): [StagePatchOperationInput, 'path', string] => [
      replace(path),
      'path',
      `UpdateStage does not support replace of "${path}": ANY has no settings of its own`,
    ],
  ),
  [replace('/~1pets/*/metrics/enabled'), 'path', '"*" as the method requires "*" as the resource'],
  [
    { op: 'add', path: '/description', value: 'x' },
    'path',
    'UpdateStage does not support add of "/description"',
  ],
  [
    { op: 'add', path: '/variables/x', value: 'x' },
    'path',
    'UpdateStage does not support add of "/variables/x"',
  ],
  [{ op: 'add', path: `${canary}/percentTraffic`, value: '5' }, 'path', 'does not support add of'],
  [{ op: 'remove', path: '/description' }, 'path', 'does not support remove of "/description"'],
  [{ op: 'remove', path: '/accessLogSettings/format' }, 'path', 'does not support remove of'],
  [{ op: 'remove', path: `${canary}/stageVariableOverrides` }, 'path', 'does not support remove of'],
  [{ op: 'remove', path: '/*/*/throttling/rateLimit' }, 'path', 'does not support remove of'],
  ...['//GET', '///pets/GET', '/pets//GET', '/~1GET', '/variables/a/GET', '/variables~1a~1GET', '/a~1b'].map(
    (path): [StagePatchOperationInput, 'path', string] => [
      { op: 'remove', path },
      'path',
      'does not support remove of',
    ],
  ),
  [
    { op: 'copy', path: '/description', from: '/deploymentId' },
    'path',
    'does not support copy of "/description"',
  ],
  [{ op: 'copy', path: '/deploymentId' }, 'from', 'can be copied from /canarySettings/deploymentId only'],
  [
    { op: 'copy', path: '/deploymentId', from: '/canarySettings/stageVariableOverrides' },
    ...(['from', 'can be copied from /canarySettings/deploymentId only'] as const),
  ],
  [replace('/description', null), 'value', 'replace requires a value, as a string'],
  [{ op: 'add', path: '/accessLogSettings/format' }, 'value', 'add requires a value, as a string'],
  [{ op: 'remove', path: '/canarySettings', value: '' }, 'value', 'remove does not take a value'],
  [
    { op: 'copy', path: '/deploymentId', from: '/canarySettings/deploymentId', value: 'x' },
    ...(['value', 'copy does not take a value'] as const),
  ],
  [{ ...replace('/description'), from: '/deploymentId' }, 'from', 'replace does not take from'],
  [{ op: 'remove', path: '/canarySettings', from: '/x' }, 'from', 'remove does not take from'],
  [replace('/deploymentId', ''), 'value', 'must be'],
  [replace('/deploymentId', '../x'), 'value', '"../x"'],
  [replace('/cacheClusterEnabled', 'True'), 'value', 'must be one of true, false, not "True"'],
  [replace('/cacheClusterSize', '0.50'), 'value', 'must be one of 0.5, 1.6, 6.1'],
  [replace(`${canary}/percentTraffic`, '101'), 'value', 'must be 0 to 100 percent'],
  [replace(`${canary}/percentTraffic`, '1e1'), 'value', 'must be a number in fixed notation, not "1e1"'],
  [replace(`${canary}/percentTraffic`, 'NaN'), 'value', 'must be a number in fixed notation, not "NaN"'],
  [replace('/*/*/throttling/burstLimit', '2147483648'), 'value', 'must be at most 2147483647'],
  [replace('/*/*/throttling/burstLimit', '1.5'), 'value', 'must be a number in fixed notation'],
  [replace('/*/*/throttling/rateLimit', '-2'), 'value', 'must be 0 or more, or -1'],
  [replace('/*/*/caching/ttlInSeconds', '3601'), 'value', 'must be 0 to 3600 seconds'],
  [replace('/*/*/logging/loglevel', 'DEBUG'), 'value', 'must be one of OFF, ERROR, INFO, not "DEBUG"'],
  [replace('/accessLogSettings/destinationArn', `${logGroup}:*`), 'value', 'must not end in ":*"'],
  [replace('/accessLogSettings/format', ''), 'value', 'must contain $context.requestId'],
  [replace('/variables/table', ''), 'value', 'The value of "table" must be 1 to 512 letters'],
  [replace('/variables/table', '$LATEST'), 'value', 'The value of "table" must be 1 to 512 letters'],
];

describe('a raw UpdateStage', () => {
  test.each(accepted)('accepts $op of $path with $value', (operation) => {
    const plan = planRawPatch([operation]);
    expect(plan.problems).toEqual([]);
    expect(plan.readsFirst).toBe(false);
    expect(!plan.readsFirst && plan.translate()).toEqual({ operations: [operation] });
  });

  test.each(refused)('refuses %j for its %s: %s', (operation, member, rule) => {
    expect(planRawPatch([operation]).problems).toEqual([
      {
        field: ['input', 'patchOperations', '0', member],
        message: expect.stringContaining(rule),
      },
    ]);
  });

  test('reports all problems at once, each with its operation', () => {
    const fine = replace('/description');
    const { problems } = planRawPatch([fine, replace('/tags/team'), fine, replace('/deploymentId', '')]);
    expect(problems.map(({ field }) => field.slice(2))).toEqual([
      ['1', 'path'],
      ['3', 'value'],
    ]);
  });

  test('keeps the order of the operations, and refuses an empty list', () => {
    const plan = planRawPatch(accepted);
    expect(!plan.readsFirst && plan.translate()).toEqual({ operations: accepted });
    expect(planRawPatch([]).problems).toEqual([
      { field: ['input', 'patchOperations'], message: 'At least one operation is required.' },
    ]);
  });
});
