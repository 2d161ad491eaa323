import { describe, expect, test } from '@jest/globals';
import type { GraphQLInputObjectType } from 'graphql';
import { planFields } from '../../../../src/datasources/stages/plans/apply-patch-rules.ts';
import {
  accessLogRules,
  canaryRules,
  methodSettingRules,
  type PatchRule,
  stageRules,
} from '../../../../src/datasources/stages/plans/patch-rules.ts';
import { namesOf } from '../../../../src/datasources/stages/wire/wire-enums.ts';
import { createSchema } from '../../../../src/graphql/schema/schema.ts';

const logGroup = 'arn:aws:logs:us-east-1:123456789012:log-group:petstore-prod';

/** Input field, value, and the path and value that it becomes. */
type Row = readonly [string, unknown, string, string];

const methodRows: Row[] = [
  ['metricsEnabled', true, 'metrics/enabled', 'true'],
  ['metricsEnabled', false, 'metrics/enabled', 'false'],
  ['loggingLevel', 'OFF', 'logging/loglevel', 'OFF'],
  ['loggingLevel', 'ERROR', 'logging/loglevel', 'ERROR'],
  ['loggingLevel', 'INFO', 'logging/loglevel', 'INFO'],
  ['dataTraceEnabled', true, 'logging/dataTrace', 'true'],
  ['throttlingBurstLimit', 10, 'throttling/burstLimit', '10'],
  ['throttlingBurstLimit', -1, 'throttling/burstLimit', '-1'],
  ['throttlingBurstLimit', 2147483647, 'throttling/burstLimit', '2147483647'],
  ['throttlingRateLimit', 25, 'throttling/rateLimit', '25.0'],
  ['throttlingRateLimit', 0.5, 'throttling/rateLimit', '0.5'],
  ['throttlingRateLimit', 1e-7, 'throttling/rateLimit', '0.0000001'],
  ['throttlingRateLimit', -1, 'throttling/rateLimit', '-1.0'],
  ['cachingEnabled', true, 'caching/enabled', 'true'],
  ['cacheTtlInSeconds', 0, 'caching/ttlInSeconds', '0'],
  ['cacheTtlInSeconds', 3600, 'caching/ttlInSeconds', '3600'],
  ['cacheDataEncrypted', true, 'caching/dataEncrypted', 'true'],
  [
    ...(['requireAuthorizationForCacheControl', false] as const),
    ...(['caching/requireAuthorizationForCacheControl', 'false'] as const),
  ],
  [
    ...(['unauthorizedCacheControlHeaderStrategy', 'FAIL_WITH_403'] as const),
    ...(['caching/unauthorizedCacheControlHeaderStrategy', 'FAIL_WITH_403'] as const),
  ],
];

const stageRows: Row[] = [
  ['deploymentId', 'dep002', 'deploymentId', 'dep002'],
  ['description', 'Live', 'description', 'Live'],
  ['description', '', 'description', ''],
  ['description', null, 'description', ''],
  ['cacheClusterEnabled', true, 'cacheClusterEnabled', 'true'],
  ['cacheClusterEnabled', null, 'cacheClusterEnabled', 'false'],
  ['cacheClusterSize', 'SIZE_0_5_GB', 'cacheClusterSize', '0.5'],
  ['cacheClusterSize', 'SIZE_1_6_GB', 'cacheClusterSize', '1.6'],
  ['cacheClusterSize', 'SIZE_6_1_GB', 'cacheClusterSize', '6.1'],
  ['cacheClusterSize', 'SIZE_13_5_GB', 'cacheClusterSize', '13.5'],
  ['cacheClusterSize', 'SIZE_28_4_GB', 'cacheClusterSize', '28.4'],
  ['cacheClusterSize', 'SIZE_58_2_GB', 'cacheClusterSize', '58.2'],
  ['cacheClusterSize', 'SIZE_118_GB', 'cacheClusterSize', '118'],
  ['cacheClusterSize', 'SIZE_237_GB', 'cacheClusterSize', '237'],
  ['clientCertificateId', 'cert01', 'clientCertificateId', 'cert01'],
  ['clientCertificateId', null, 'clientCertificateId', ''],
  ['documentationVersion', '1.0', 'documentationVersion', '1.0'],
  ['documentationVersion', null, 'documentationVersion', ''],
  ['tracingEnabled', true, 'tracingEnabled', 'true'],
  ['tracingEnabled', null, 'tracingEnabled', 'false'],
];

const accessLogRows: Row[] = [
  ['destinationArn', logGroup, 'destinationArn', logGroup],
  ['destinationArn', `${logGroup}:*`, 'destinationArn', logGroup],
  ['format', '$context.requestId', 'format', '$context.requestId'],
  ['format', '$context.requestId\n', 'format', '$context.requestId\n'],
];

const canaryRows: Row[] = [
  ['deploymentId', 'dep002', 'deploymentId', 'dep002'],
  ['percentTraffic', 0, 'percentTraffic', '0.0'],
  ['percentTraffic', 12.5, 'percentTraffic', '12.5'],
  ['percentTraffic', 100, 'percentTraffic', '100.0'],
  ['percentTraffic', null, 'percentTraffic', '0.0'],
  ['useStageCache', true, 'useStageCache', 'true'],
  ['useStageCache', null, 'useStageCache', 'false'],
];

type Table = Readonly<Record<string, PatchRule<never>>>;
const tables: readonly (readonly [string, Table, string, readonly Row[], readonly string[]])[] = [
  ['MethodSettingInput', methodSettingRules, '/~1pets/GET/', methodRows, ['blockAllTraffic']],
  [
    ...(['UpdateStageInput', stageRules as Table, '/', stageRows] as const),
    [
      ...[
        'account',
        'region',
        'restApiId',
        'stageName',
        'confirm',
        'expectedRevision',
        'dryRun',
        'variables',
      ],
      ...['accessLogSettings', 'canarySettings', 'methodSettings'],
    ],
  ],
  ['AccessLogSettingsInput', accessLogRules, '/accessLogSettings/', accessLogRows, []],
  [
    ...(['UpdateStageCanarySettingsInput', canaryRules as Table, '/canarySettings/', canaryRows] as const),
    ['setVariableOverrides', 'removeVariableOverrides'],
  ],
];

const plan = (table: Table, input: object, base: string) => planFields(table, input, base, ['input']);

describe.each(tables)('%s', (inputName, table, base, rows, elsewhere) => {
  test('has one row for each field, except for those that are translated elsewhere', () => {
    const type = createSchema().getType(inputName) as GraphQLInputObjectType;
    const fields = Object.keys(type.getFields()).filter((field) => !elsewhere.includes(field));
    expect(namesOf(table).toSorted()).toEqual(fields.toSorted());
    expect(new Set(rows.map(([field]) => field))).toEqual(new Set(fields));
  });

  test.each(rows)('%s: %j becomes %s = %j', (field, value, path, text) => {
    expect(plan(table, { [field]: value }, base)).toEqual({
      problems: [],
      operations: [{ op: 'replace', path: base + path, value: text }],
    });
  });

  test('ignores omitted fields, and keeps the order of the table', () => {
    expect(plan(table, {}, base)).toEqual({ problems: [], operations: [] });
    const backwards = Object.fromEntries(rows.toReversed().map(([field, value]) => [field, value]));
    const paths = plan(table, backwards, base).operations.map(({ path }) => path);
    expect(paths).toEqual(Object.values(table).map(({ path }) => base + path));
  });
});

test.each(namesOf(methodSettingRules))('%s: null has no operation of its own', (field) => {
  const table = methodSettingRules as Table;
  expect(plan(table, { [field]: null }, '/')).toEqual({ problems: [], operations: [] });
});

test.each<[Table, string, unknown, string]>([
  [methodSettingRules, 'throttlingBurstLimit', -2, 'must be 0 or more, or -1'],
  [methodSettingRules, 'throttlingRateLimit', -0.5, 'must be 0 or more, or -1'],
  [methodSettingRules, 'throttlingRateLimit', NaN, 'must be 0 or more, or -1'],
  [methodSettingRules, 'cacheTtlInSeconds', -1, 'must be 0 to 3600 seconds, not -1'],
  [methodSettingRules, 'cacheTtlInSeconds', 3601, 'must be 0 to 3600 seconds, not 3601'],
  [stageRules, 'deploymentId', null, 'cannot be null: a stage always serves a deployment'],
  [stageRules, 'deploymentId', '', 'must be 1 to 128 letters'],
  [stageRules, 'deploymentId', '../x', 'must be 1 to 128 letters'],
  [stageRules, 'cacheClusterSize', null, 'cannot be null: disable the cluster'],
  [stageRules, 'clientCertificateId', '', 'must be 1 to 128 letters'],
  [stageRules, 'documentationVersion', '', 'must not be empty; null clears it'],
  [accessLogRules, 'destinationArn', null, 'cannot be null: AWS can only remove the whole'],
  [accessLogRules, 'format', null, 'cannot be null: AWS can only remove the whole'],
  [canaryRules, 'deploymentId', null, 'cannot be null: a canary always runs a deployment'],
  [canaryRules, 'percentTraffic', -0.1, 'must be 0 to 100 percent, not -0.1'],
  [canaryRules, 'percentTraffic', 100.1, 'must be 0 to 100 percent, not 100.1'],
  [canaryRules, 'percentTraffic', NaN, 'must be 0 to 100 percent, not NaN'],
  [canaryRules, 'percentTraffic', Infinity, 'must be 0 to 100 percent, not Infinity'],
])('%# a value out of range is refused with its rule', (table, field, value, rule) => {
  expect(plan(table, { [field]: value }, '/')).toEqual({
    problems: [{ field: ['input', field], message: expect.stringContaining(`${field} ${rule}`) }],
    operations: [],
  });
});
