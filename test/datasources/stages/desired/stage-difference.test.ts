import { describe, expect, test } from '@jest/globals';
import { compareStages } from '../../../../src/datasources/stages/desired/compare-stages.ts';
import {
  differenceOfStages,
  FULL_VISIBILITY,
} from '../../../../src/datasources/stages/desired/stage-difference.ts';
import { stateOf } from '../../../../src/datasources/stages/desired/stage-state.ts';
import { newEntry, stageWith } from '../../../support/stages.ts';

type AwsStage = Parameters<typeof stageWith>[0];

const difference = (before: AwsStage, after: AwsStage) =>
  differenceOfStages(stateOf(stageWith(before)), stateOf(stageWith(after)), FULL_VISIBILITY);
const shown = (before: AwsStage, after: AwsStage): string[] =>
  difference(before, after).map(
    ({ kind, path, before: one, after: other }) => `${kind} ${path.join(' ')}: ${one} -> ${other}`,
  );

const fast = { ...newEntry, throttlingRateLimit: 5 };

describe('the difference of two stages', () => {
  test.each<[string, AwsStage, AwsStage, string[]]>([
    ['a text', { description: 'a' }, { description: 'b' }, ['CHANGED description: a -> b']],
    ['a text that is new', {}, { description: 'b' }, ['ADDED description: null -> b']],
    ['a flag', {}, { tracingEnabled: true }, ['CHANGED tracingEnabled: false -> true']],
    [
      'variables, by name',
      { variables: { b: '1', a: '1' } },
      { variables: { b: '2', c: '3' } },
      ['REMOVED variables a: 1 -> null', 'CHANGED variables b: 1 -> 2', 'ADDED variables c: null -> 3'],
    ],
    ['a tag without a text', {}, { tags: { team: '' } }, ['ADDED tags team: null -> ']],
    ['tags of AWS', {}, { tags: { 'aws:x': 'y' } }, []],
    [
      'an entry of a method',
      { methodSettings: { '~1pets~1{id}/GET': newEntry } },
      { methodSettings: { '~1pets~1{id}/GET': fast } },
      ['CHANGED methodSettings /pets/{id} GET throttlingRateLimit: 10000 -> 5'],
    ],
    [
      'the default entry',
      {},
      { methodSettings: { '*/*': fast } },
      ['ADDED methodSettings * ALL throttlingRateLimit: null -> 5'],
    ],
    [
      'a dead key, by the key',
      { methodSettings: { 'pets/GET': fast } },
      {},
      ['REMOVED methodSettings pets/GET throttlingRateLimit: 5 -> null'],
    ],
    [
      'a new canary',
      {},
      { canarySettings: { deploymentId: 'dep002', percentTraffic: 5 } },
      [
        'ADDED canarySettings deploymentId: null -> dep002',
        'ADDED canarySettings percentTraffic: null -> 5',
        'ADDED canarySettings useStageCache: null -> false',
      ],
    ],
  ])('of %s', (_, before, after, expected) => {
    expect(shown(before, after)).toEqual(expected);
  });

  test('comes by part, in the order of the schema', () => {
    const all = difference(
      {},
      {
        tags: { a: 'b' },
        tracingEnabled: true,
        accessLogSettings: { format: 'x' },
        variables: { a: 'b' },
        methodSettings: { '*/*': fast },
        deploymentId: 'dep002',
      },
    );
    expect(all.map(({ part }) => part)).toEqual([
      'DEPLOYMENT',
      'METHOD_SETTINGS',
      'VARIABLES',
      'ACCESS_LOG_SETTINGS',
      'TRACING',
      'TAGS',
    ]);
  });
});

describe('what AWS only repeats is no difference', () => {
  test.each<[string, AwsStage, AwsStage]>([
    ['empty objects', { variables: {}, methodSettings: {}, accessLogSettings: {}, tags: {} }, {}],
    ['empty texts', { description: '', documentationVersion: '', clientCertificateId: '' }, {}],
    ['the size of a cluster that is off', { cacheClusterSize: '1.6' }, {}],
    [
      'the status of a cluster',
      { cacheClusterStatus: 'AVAILABLE' },
      { cacheClusterStatus: 'CREATE_IN_PROGRESS' },
    ],
    ['dates', { lastUpdatedDate: new Date(1) }, { lastUpdatedDate: new Date(2) }],
    ['empty overrides', { canarySettings: { stageVariableOverrides: {} } }, { canarySettings: {} }],
  ])('%s', (_, before, after) => {
    expect(shown(before, after)).toEqual([]);
    expect(shown(after, before)).toEqual([]);
  });

  test('the nine values that a new entry has from the default entry', () => {
    const shared = { ...newEntry, throttlingBurstLimit: 77, metricsEnabled: true };
    expect(
      shown(
        { methodSettings: { '*/*': shared } },
        { methodSettings: { '*/*': shared, '~1pets/GET': { ...shared, cacheTtlInSeconds: 1 } } },
      ),
    ).toEqual(['ADDED methodSettings /pets GET cacheTtlInSeconds: null -> 1']);
  });

  test('a canary of the own deployment, on stages of different deployments', () => {
    const one = { deploymentId: 'dep001', canarySettings: { deploymentId: 'dep001' } };
    const other = { deploymentId: 'dep002', canarySettings: { deploymentId: 'dep002' } };
    expect(shown(one, other)).toEqual(['CHANGED deploymentId: dep001 -> dep002']);
  });
});

test('an entry that repeats the default entry is a change without values', () => {
  expect(difference({}, { methodSettings: { '~1pets/GET': newEntry } })).toEqual([
    {
      part: 'METHOD_SETTINGS',
      kind: 'ADDED',
      path: ['methodSettings', '/pets', 'GET'],
      before: null,
      after: null,
      redacted: false,
    },
  ]);
});

test('between two stages, a level that was never set is OFF', () => {
  const entries = (entry: typeof newEntry) => stageWith({ methodSettings: { '~1pets/GET': entry } });
  const off = { ...newEntry, loggingLevel: 'OFF' };
  expect(compareStages(entries(newEntry), entries(off), null, true)).toEqual([]);
  expect(compareStages(entries(off), entries({ ...off, loggingLevel: 'INFO' }), null, true)).toHaveLength(1);
});

describe('values that may not be seen', () => {
  const visibility = {
    seesValues: false,
    given: { variables: new Set(['same', 'other']), overrides: new Set<string>() },
  };
  const before = stateOf(stageWith({ variables: { same: 'a', other: 'b', kept: 'c', gone: 'd' } }));
  const after = stateOf(stageWith({ variables: { same: 'a', other: 'x', kept: 'c' } }));

  test('are withheld, and given ones always count as changed', () => {
    const changes = differenceOfStages(before, after, visibility);
    expect(changes.map(({ kind, path }) => `${kind} ${path.join(' ')}`)).toEqual([
      'REMOVED variables gone',
      'CHANGED variables other',
      'CHANGED variables same',
    ]);
    for (const change of changes) expect(change).toMatchObject({ before: null, after: null, redacted: true });
  });
});
