import { describe, expect, test } from '@jest/globals';
import { FULL_VISIBILITY } from '../../../../src/datasources/stages/desired/stage-difference.ts';
import { callsBetween } from '../../../../src/datasources/stages/desired/stage-operations.ts';
import { stateOf } from '../../../../src/datasources/stages/desired/stage-state.ts';
import { newEntry, stageWith } from '../../../support/stages.ts';

type AwsStage = Parameters<typeof stageWith>[0];

/** Each operation as a line, a list for each call. */
const calls = (before: AwsStage, after: AwsStage): string[][] =>
  callsBetween(stateOf(stageWith(before)), stateOf(stageWith(after)), FULL_VISIBILITY).map((call) =>
    call.map((operation) =>
      'value' in operation ? `${operation.path} = ${operation.value}` : `${operation.op} ${operation.path}`,
    ),
  );

const entry = (values: object) => ({ ...newEntry, ...values });

describe('the operations between two states', () => {
  test('are none if nothing differs', () => {
    const all = { variables: { a: 'b' }, methodSettings: { '*/*': newEntry }, tags: { a: 'b' } };
    expect(calls(all, all)).toEqual([]);
  });

  test('come in one call, the removals of settings last', () => {
    expect(
      calls(
        {
          description: 'old',
          variables: { gone: 'x', same: 'y' },
          canarySettings: { deploymentId: 'dep002', percentTraffic: 5 },
          methodSettings: { '~1old/GET': newEntry },
        },
        {
          deploymentId: 'dep002',
          variables: { same: 'y', new: 'z' },
          methodSettings: { '~1pets/GET': entry({ throttlingRateLimit: 0.5 }) },
          accessLogSettings: { destinationArn: 'arn', format: 'f' },
        },
      ),
    ).toEqual([
      [
        '/description = ',
        'remove /variables/gone',
        '/variables/new = z',
        '/accessLogSettings/destinationArn = arn',
        '/accessLogSettings/format = f',
        '/~1pets/GET/throttling/rateLimit = 0.5',
        '/deploymentId = dep002',
        'remove /canarySettings',
        'remove /~1old/GET',
      ],
    ]);
  });

  test.each<[string, AwsStage, AwsStage, string[]]>([
    [
      'a new default entry comes before an entry that starts with it',
      {},
      {
        methodSettings: {
          '*/*': entry({ throttlingRateLimit: 5 }),
          '~1a/GET': entry({ throttlingRateLimit: 5, metricsEnabled: true }),
        },
      },
      ['/*/*/throttling/rateLimit = 5.0', '/~1a/GET/metrics/enabled = true'],
    ],
    [
      'an entry that repeats the default entry needs one write',
      {},
      { methodSettings: { '~1a/GET': newEntry } },
      ['/~1a/GET/metrics/enabled = false'],
    ],
    [
      'a level that is taken away needs a new entry',
      { methodSettings: { '~1a/GET': entry({ loggingLevel: 'INFO', throttlingRateLimit: 5 }) } },
      { methodSettings: { '~1a/GET': entry({ throttlingRateLimit: 5 }) } },
      ['remove /~1a/GET', '/~1a/GET/throttling/rateLimit = 5.0'],
    ],
    [
      'a removed default entry goes before entries that start without it',
      { methodSettings: { '*/*': entry({ loggingLevel: 'ERROR' }) } },
      { methodSettings: { '~1a/GET': entry({ cacheTtlInSeconds: 5 }) } },
      ['remove /*/*', '/~1a/GET/caching/ttlInSeconds = 5'],
    ],
    [
      'AWS removes only the whole access log',
      { accessLogSettings: { destinationArn: 'arn', format: 'f' } },
      { accessLogSettings: { destinationArn: 'arn' } },
      ['remove /accessLogSettings', '/accessLogSettings/destinationArn = arn'],
    ],
    [
      'a canary of the own deployment needs one write',
      {},
      { canarySettings: { deploymentId: 'dep001', percentTraffic: 0 } },
      ['/canarySettings/percentTraffic = 0.0'],
    ],
    [
      'a cluster and its size belong together',
      {},
      { cacheClusterEnabled: true, cacheClusterSize: '1.6' },
      ['/cacheClusterEnabled = true', '/cacheClusterSize = 1.6'],
    ],
    [
      'without a cluster there is no size',
      { cacheClusterEnabled: true, cacheClusterSize: '1.6' },
      {},
      ['/cacheClusterEnabled = false'],
    ],
  ])('%s', (_, before, after, expected) => {
    expect(calls(before, after)).toEqual([expected]);
  });

  test('keep those of an entry together, in calls of at most 80', () => {
    const values = entry({ throttlingRateLimit: 5, throttlingBurstLimit: 6, cacheTtlInSeconds: 7 });
    const keys = Array.from({ length: 60 }, (_, index) => [`~1p${100 + index}/GET`, values] as const);
    const sent = calls({}, { methodSettings: Object.fromEntries(keys) });
    expect(sent.map(({ length }) => length)).toEqual([78, 78, 24]);
  });
});
