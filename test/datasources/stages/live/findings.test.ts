import { describe, expect, test } from '@jest/globals';
import type { StageFindingCode } from '../../../../src/__generated__/types.ts';
import type { DeployedMethods } from '../../../../src/datasources/rest-apis/deployed-methods.ts';
import { chosenCodes, findingsOf } from '../../../../src/datasources/stages/live/findings.ts';
import { planRawPatch } from '../../../../src/datasources/stages/plans/raw-patch.ts';
import type { StageModel } from '../../../../src/datasources/stages/wire/model.ts';
import { deploymentWith, open, signed, withKey } from '../../../support/deployments.ts';
import { newEntry, stageWith } from '../../../support/stages.ts';

const all = chosenCodes(null);
const pets = deploymentWith({ '/pets': { GET: signed, POST: signed } }, 'dep001', 2);
const quiet = { ...newEntry, loggingLevel: 'ERROR' };

/** A stage of which nothing is to be said. */
const sound = {
  accessLogSettings: { destinationArn: 'arn', format: '$context.requestId' },
  tracingEnabled: true,
  webAclArn: 'arn',
  methodSettings: { '*/*': quiet },
};
type AwsStage = Parameters<typeof stageWith>[0];
const soundWith = (aws: AwsStage): StageModel => stageWith({ ...sound, ...aws });
const withEntries = (methodSettings: NonNullable<AwsStage>['methodSettings']): StageModel =>
  soundWith({ methodSettings: { '*/*': quiet, ...methodSettings } });

const find = (stage: StageModel, own: DeployedMethods = pets, canary: DeployedMethods | null = null) =>
  findingsOf(stage, all, { own, canary });

const named = (...args: Parameters<typeof find>): string[] =>
  find(...args).map(({ code, httpMethod, resourcePath }) =>
    [code, httpMethod, resourcePath].filter((each) => each != null).join(' '),
  );
const fixes = (code: StageFindingCode, ...args: Parameters<typeof find>) =>
  find(...args)
    .filter((finding) => finding.code === code)
    .map(({ fix }) => fix);

test('a sound stage has no findings', () => {
  expect(named(soundWith({}))).toEqual([]);
});

test('a fresh stage has those that are true of every fresh stage', () => {
  expect(
    named(stageWith(), deploymentWith({ '/pets': { GET: open, OPTIONS: open, POST: withKey } })),
  ).toEqual([
    'ACCESS_LOG_OFF',
    'EXECUTION_LOG_OFF',
    'TRACING_OFF',
    'NO_WEB_ACL',
    'NO_AUTHORIZATION GET /pets',
  ]);
});

test('a stage whose deployment has no methods has no findings about methods', () => {
  expect(named(stageWith(), deploymentWith({}))).toEqual(['ACCESS_LOG_OFF', 'TRACING_OFF', 'NO_WEB_ACL']);
});

const verbs = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const cluster = { cacheClusterEnabled: true };
const caching = { ...quiet, cachingEnabled: true, cacheDataEncrypted: true };
const older = deploymentWith({ '/pets': { GET: signed, POST: signed } }, 'dep000', 1);
const newer = deploymentWith({ '/pets': { GET: signed }, '/toys': { GET: signed } }, 'dep002', 3);
const canary = (deploymentId: string, more = {}) => ({
  canarySettings: { deploymentId, percentTraffic: 5, ...more },
});

describe('a finding', () => {
  test.each<[string, string[], string[]]>([
    ['no access log', ['ACCESS_LOG_OFF'], named(stageWith({ ...sound, accessLogSettings: undefined }))],
    ['no tracing', ['TRACING_OFF'], named(soundWith({ tracingEnabled: false }))],
    ['no web ACL', ['NO_WEB_ACL'], named(stageWith({ ...sound, webAclArn: undefined }))],

    ['no execution log', ['EXECUTION_LOG_OFF'], named(soundWith({ methodSettings: {} }))],
    ['an execution log that is off', ['EXECUTION_LOG_OFF'], named(withEntries({ '*/*': newEntry }))],
    ['one of a method that is off', ['EXECUTION_LOG_OFF'], named(withEntries({ '~1pets/GET': newEntry }))],
    ['one of no method', [], named(withEntries({ '~1pets/GET': quiet, '~1pets/POST': quiet, '*/*': quiet }))],
    [
      'a level that the schema lacks',
      [],
      named(withEntries({ '*/*': { ...newEntry, loggingLevel: 'DEBUG' } })),
    ],

    [
      'full requests of one method',
      ['DATA_TRACE_ON GET /pets'],
      named(withEntries({ '~1pets/GET': { ...quiet, dataTraceEnabled: true } })),
    ],
    [
      'full requests of all methods',
      ['DATA_TRACE_ON GET /pets', 'DATA_TRACE_ON POST /pets'],
      named(withEntries({ '*/*': { ...quiet, dataTraceEnabled: true } })),
    ],
    [
      'no throttle',
      ['THROTTLING_OFF POST /pets'],
      named(withEntries({ '~1pets/POST': { ...quiet, throttlingRateLimit: -1 } })),
    ],
    [
      'no burst limit',
      ['THROTTLING_OFF POST /pets'],
      named(withEntries({ '~1pets/POST': { ...quiet, throttlingBurstLimit: -1 } })),
    ],
    [
      'a throttle of 0',
      ['ALL_TRAFFIC_BLOCKED GET /pets'],
      named(withEntries({ '~1pets/GET': { ...quiet, throttlingBurstLimit: 0 } })),
    ],

    [
      'a cache without encryption',
      ['CACHE_NOT_ENCRYPTED GET /pets'],
      named(soundWith({ ...cluster, methodSettings: { '*/*': { ...caching, cacheDataEncrypted: false } } })),
    ],
    ['an encrypted cache', [], named(soundWith({ ...cluster, methodSettings: { '*/*': caching } }))],
    [
      'caching without a cluster',
      ['CACHE_WITHOUT_CLUSTER POST /pets'],
      named(withEntries({ '~1pets/POST': caching })),
    ],
    // Through the default entry AWS caches GET only.
    [
      'caching of all methods without a cluster',
      ['CACHE_WITHOUT_CLUSTER GET /pets'],
      named(soundWith({ methodSettings: { '*/*': caching } })),
    ],
    ['a time to live of 0', [], named(withEntries({ '~1pets/GET': { ...caching, cacheTtlInSeconds: 0 } }))],
    ['a cluster without caching', ['CLUSTER_WITHOUT_CACHE'], named(soundWith(cluster))],
    [
      'a cluster that the canary uses',
      [],
      named(
        soundWith({
          ...cluster,
          ...canary('dep002'),
          methodSettings: { '*/*': quiet, '~1toys/GET': caching },
        }),
        pets,
        newer,
      ),
    ],

    [
      'settings that reach nothing',
      ['ORPHANED_SETTING PUT /pets', 'ORPHANED_SETTING GET /toys'],
      named(withEntries({ '~1toys/GET': quiet, '~1pets/PUT': quiet, '~1pets/GET': quiet })),
    ],
    [
      'settings that were set for ANY, of which one reaches a method',
      [],
      named(withEntries(Object.fromEntries(verbs.map((verb) => [`~1pets/${verb}`, quiet] as const)))),
    ],
    [
      'settings that were set for ANY, of which none does',
      verbs.map((verb) => `ORPHANED_SETTING ${verb} /toys`),
      named(withEntries(Object.fromEntries(verbs.map((verb) => [`~1toys/${verb}`, quiet] as const)))),
    ],
    [
      'settings that reach the canary',
      [],
      named(
        soundWith({ ...canary('dep002'), methodSettings: { '*/*': quiet, '~1toys/GET': quiet } }),
        pets,
        newer,
      ),
    ],
    [
      'dead keys',
      ['DEAD_KEY GET /pets', 'DEAD_KEY ANY /pets'],
      named(withEntries({ 'pets/GET': quiet, '~1pets/ANY': quiet })),
    ],

    ['a canary of itself', ['CANARY_OF_ITSELF'], named(soundWith(canary('dep001')), pets, pets)],
    [
      'a canary of itself with overrides',
      [],
      named(soundWith(canary('dep001', { stageVariableOverrides: { a: 'b' } })), pets, pets),
    ],
    [
      'a canary without traffic',
      ['CANARY_WITHOUT_TRAFFIC'],
      named(soundWith(canary('dep002', { percentTraffic: 0 })), pets, newer),
    ],
    ['an older canary', ['PROMOTES_OLDER_DEPLOYMENT'], named(soundWith(canary('dep000')), pets, older)],
    ['a newer canary', [], named(soundWith(canary('dep002')), pets, newer)],

    [
      'open methods',
      ['NO_AUTHORIZATION GET /', 'NO_AUTHORIZATION GET /a'],
      named(
        soundWith({}),
        deploymentWith({ '/a': { GET: open, OPTIONS: open, PUT: withKey }, '/': { GET: open } }),
      ),
    ],
    [
      'a method that the canary opens',
      ['NO_AUTHORIZATION GET /pets'],
      named(soundWith(canary('dep002')), pets, deploymentWith({ '/pets': { GET: open } }, 'dep002', 3)),
    ],
    ['a method without a known type', [], named(soundWith({}), deploymentWith({ '/': { GET: {} } }))],
  ])('about %s: %j', (_, expected, actual) => {
    expect(actual).toEqual(expected);
  });
});

describe('a fix', () => {
  test('sets the entry that the method has its settings from', () => {
    const traced = { ...quiet, dataTraceEnabled: true };
    const off = (key: string) => [{ op: 'replace', path: `/${key}/logging/dataTrace`, value: 'false' }];
    expect(fixes('DATA_TRACE_ON', withEntries({ '~1pets/GET': traced }))).toEqual([off('~1pets/GET')]);
    expect(fixes('DATA_TRACE_ON', withEntries({ '*/*': traced }))).toEqual([off('*/*'), off('*/*')]);
  });

  test('of a throttle takes the limits of the default entry, or those of AWS', () => {
    const unlimited = { ...quiet, throttlingRateLimit: -1, throttlingBurstLimit: -1 };
    const limits = (key: string, burst: string, rate: string) => [
      { op: 'replace', path: `/${key}/throttling/burstLimit`, value: burst },
      { op: 'replace', path: `/${key}/throttling/rateLimit`, value: rate },
    ];
    const shared = { ...quiet, throttlingRateLimit: 100, throttlingBurstLimit: 0 };
    expect(fixes('THROTTLING_OFF', withEntries({ '~1pets/GET': unlimited, '*/*': shared }))).toEqual([
      limits('~1pets/GET', '5000', '100.0'),
    ]);
    expect(fixes('THROTTLING_OFF', withEntries({ '*/*': unlimited }))[0]).toEqual(
      limits('*/*', '5000', '10000.0'),
    );
    // Only what is wrong.
    const noRate = { ...quiet, throttlingRateLimit: 0 };
    expect(fixes('ALL_TRAFFIC_BLOCKED', withEntries({ '~1pets/GET': noRate }))).toEqual([
      [{ op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '10000.0' }],
    ]);
  });

  test('of the execution log sets each entry once', () => {
    const off = { ...newEntry, loggingLevel: 'OFF' };
    expect(fixes('EXECUTION_LOG_OFF', withEntries({ '~1pets/GET': off, '*/*': newEntry }))).toEqual([
      [
        { op: 'replace', path: '/~1pets/GET/logging/loglevel', value: 'ERROR' },
        { op: 'replace', path: '/*/*/logging/loglevel', value: 'ERROR' },
      ],
    ]);
  });

  test('is missing where it would be too long for one call, or no patch can end it', () => {
    const paths = Array.from({ length: 100 }, (_, index) => `p${index}`);
    const own = deploymentWith(
      Object.fromEntries(paths.map((path) => [`/${path}`, { GET: signed }] as const)),
    );
    const entries = Object.fromEntries(paths.map((path) => [`~1${path}/GET`, newEntry] as const));
    expect(fixes('EXECUTION_LOG_OFF', withEntries(entries), own)).toEqual([undefined]);
    expect(fixes('DEAD_KEY', withEntries({ whatever: quiet }))).toEqual([undefined]);
    expect(fixes('CANARY_WITHOUT_TRAFFIC', soundWith(canary('dep002', { percentTraffic: 0 })))).toEqual([
      undefined,
    ]);
  });

  test('is valid for patchStage, whatever the finding', () => {
    const messy = stageWith({
      ...cluster,
      ...canary('dep001', { percentTraffic: 0 }),
      methodSettings: {
        '*/*': { ...newEntry, throttlingRateLimit: 0, dataTraceEnabled: true },
        '~1toys/GET': newEntry,
        'pets/GET': newEntry,
        '~1pets/GET': { ...newEntry, throttlingBurstLimit: -1, cachingEnabled: true },
      },
    });
    const found = [
      ...find(messy, pets, pets),
      ...find(withEntries({ '~1pets/GET': caching })),
      ...find(soundWith(cluster)),
    ].flatMap(({ code, fix }) => (fix === undefined ? [] : [{ code, fix }]));
    expect(new Set(found.map(({ code }) => code))).toEqual(
      new Set([
        'EXECUTION_LOG_OFF',
        'DATA_TRACE_ON',
        'TRACING_OFF',
        'THROTTLING_OFF',
        'ALL_TRAFFIC_BLOCKED',
        'CACHE_NOT_ENCRYPTED',
        'CACHE_WITHOUT_CLUSTER',
        'CLUSTER_WITHOUT_CACHE',
        'ORPHANED_SETTING',
        'DEAD_KEY',
        'CANARY_OF_ITSELF',
      ]),
    );
    for (const { fix } of found) expect(planRawPatch([...fix]).problems).toEqual([]);
  });
});

describe('many findings of one code', () => {
  const many = (count: number) =>
    deploymentWith(
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`/p${1000 + i}`, { GET: open }] as const)),
    );

  test('are at most 200, and one that counts the rest', () => {
    const found = find(soundWith({}), many(205));
    expect(found).toHaveLength(201);
    expect(found.at(-1)).toEqual({
      code: 'NO_AUTHORIZATION',
      severity: 'HIGH',
      message: expect.stringContaining('5 more'),
    });
  });

  test('are all there if they are 200', () => {
    expect(find(soundWith({}), many(200))).toHaveLength(200);
  });
});

describe('what could not be read', () => {
  const stage = stageWith({
    ...canary('dep000'),
    methodSettings: { '~1toys/GET': newEntry, 'pets/GET': newEntry },
  });
  const codesOf = (own: DeployedMethods | undefined, other: DeployedMethods | undefined) => [
    ...new Set(findingsOf(stage, all, { own, canary: other }).map(({ code }) => code)),
  ];

  test('drops what depends on it, and nothing else', () => {
    const ofStage = ['ACCESS_LOG_OFF', 'TRACING_OFF', 'NO_WEB_ACL', 'DEAD_KEY'];
    expect(codesOf(undefined, older)).toEqual(ofStage);
    expect(codesOf(undefined, undefined)).toEqual(ofStage);
    expect(codesOf(pets, undefined).sort()).toEqual([...ofStage, 'EXECUTION_LOG_OFF'].sort());
    expect(codesOf(pets, older).sort()).toEqual(
      [...ofStage, 'EXECUTION_LOG_OFF', 'ORPHANED_SETTING', 'PROMOTES_OLDER_DEPLOYMENT'].sort(),
    );
  });
});

test('codes are chosen in the order of the schema', () => {
  expect(chosenCodes(['NO_AUTHORIZATION', 'TRACING_OFF', 'TRACING_OFF'])).toEqual([
    'TRACING_OFF',
    'NO_AUTHORIZATION',
  ]);
  expect(chosenCodes([])).toEqual([]);
  expect(all).toHaveLength(16);
});
