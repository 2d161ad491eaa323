import { describe, expect, test } from '@jest/globals';
import { type Act, answer, html, plainStage, startScriptedUpstream, times } from '../support/faults.ts';
import { mutate, mutations, type MutationName } from '../support/mutations.ts';
import { startGateway } from '../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const api = '/restapis/petstore01';
const stages = `GET ${api}/stages`;

/** The number of attempts of an idempotent call. */
const ATTEMPTS = 4;

const empty: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end();
};

/** Invalid members of a stage. */
const badMembers: readonly (readonly [string, object])[] = [
  ['without a deployment', { deploymentId: undefined }],
  ['with an empty name', { stageName: '' }],
  ['with a name that is a number', { stageName: 7 }],
  ['with variables that are a list', { variables: ['blue'] }],
  ['with variables that are a text', { variables: 'blue' }],
  ['with a variable of null', { variables: { color: null } }],
  ['with a variable that is a number', { variables: { color: 7 } }],
  ['with tags that are a list', { tags: [{ key: 'team', value: 'cats' }] }],
  ['with a method setting of null', { methodSettings: { '*/*': null } }],
  ['with a method setting that is a list', { methodSettings: { '*/*': [] } }],
  ['with method settings that are a list', { methodSettings: [] }],
  ['with a rate that is a text', { methodSettings: { '*/*': { throttlingRateLimit: '5' } } }],
  ['with a burst that is a fraction', { methodSettings: { '*/*': { throttlingBurstLimit: 1.5 } } }],
  ['with a flag that is a text', { tracingEnabled: 'false' }],
  ['with a canary that is a list', { canarySettings: [] }],
  ['with a canary whose overrides are a list', { canarySettings: { stageVariableOverrides: [] } }],
  ['with access log settings that are a text', { accessLogSettings: 'off' }],
  ['with a date in milliseconds', { createdDate: 1_767_693_600_000 }],
  ['with a date that is a text', { lastUpdatedDate: '2026-01-06T10:00:00Z' }],
  ['with a date of the far future', { lastUpdatedDate: 1e300 }],
];

const stageWith = (members: object) => ({ ...plainStage, ...members });
/** JSON.stringify would omit it from an object literal. */
const withProto = (value: unknown): unknown => JSON.parse(`{ "__proto__": ${JSON.stringify(value)} }`);

async function asking(script: Parameters<typeof startScriptedUpstream>[0], query: string) {
  const upstream = await startScriptedUpstream(script);
  const gateway = await startGateway(upstream.url, { ttlMs: 5000 });
  try {
    return await gateway.graphql(query);
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

const readStage = '{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }';
const readStages = '{ stages(restApiId: "petstore01") { stageName } }';

describe('an invalid 200 response to a read is UPSTREAM_UNAVAILABLE', () => {
  const rows: readonly (readonly [string, string, string, Act])[] = [
    ['a list of stages, empty', readStages, stages, empty],
    ['a list of stages, {}', readStages, stages, answer(200, {})],
    ['a list of stages, a list', readStages, stages, answer(200, [])],
    ['a list of stages, null', readStages, stages, answer(200, null)],
    ["a list of stages, by the SDK's name", readStages, stages, answer(200, { items: [] })],
    ['a list of stages, a map', readStages, stages, answer(200, { item: {} })],
    ['a list of stages, a text', readStages, stages, answer(200, { item: 'dev' })],
    ['a list of stages with null', readStages, stages, answer(200, { item: [plainStage, null] })],
    ['a list of stages with a text', readStages, stages, answer(200, { item: ['dev'] })],
    ['a list of stages with one of nothing', readStages, stages, answer(200, { item: [{}] })],
    ['a list that one stage is asked for from', readStage, stages, answer(200, {})],
    [
      'a list of APIs',
      '{ restApis { nodes { restApiId } } }',
      'GET /restapis?limit=25',
      answer(200, { item: [{ name: 'Petstore' }] }),
    ],
    [
      'an API',
      '{ restApi(restApiId: "petstore01") { name } }',
      `GET ${api}`,
      answer(200, { id: 'orders0002', name: 'Orders' }),
    ],
  ];

  test.each(rows)('%s', async (_, query, call, act) => {
    const { errors } = await asking(times(ATTEMPTS, { call, act }), query);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('a list of deployments', async () => {
    const script = [
      { call: `GET ${api}`, act: answer(200, { id: 'petstore01', name: 'Petstore' }) },
      ...times(ATTEMPTS, { call: `GET ${api}/deployments?limit=25`, act: answer(200, { item: [{}] }) }),
    ];
    const query = '{ restApi(restApiId: "petstore01") { deployments { nodes { deploymentId } } } }';
    const { errors } = await asking(script, query);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('another deployment than the requested one', async () => {
    const script = [
      { call: stages, act: answer(200, { item: [plainStage] }) },
      ...times(ATTEMPTS, {
        call: `GET ${api}/deployments/dep001`,
        act: answer(200, { id: 'dep002', createdDate: 1 }),
      }),
    ];
    const { errors } = await asking(script, `${readStage.slice(0, -4)} deployment { createdDate } } }`);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('pages that link to themselves', async () => {
    const names = ['petstore01', 'orders0002'].map((id) => `${id}: restApi(restApiId: "${id}") { name }`);
    const page = (position: string) => answer(200, { item: [{ id: 'other00003' }], position });
    const script = [
      { call: 'GET /restapis?limit=500', act: page('next') },
      ...times(ATTEMPTS, { call: 'GET /restapis?limit=500&position=next', act: page('next') }),
    ];
    const { errors } = await asking(script, `{ ${names.join(' ')} }`);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
  });

  test.each(badMembers)('a stage %s', async (_, members) => {
    const act = answer(200, { item: [stageWith(members)] });
    const { errors } = await asking(times(ATTEMPTS, { call: stages, act }), readStages);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });

  test('a stage with an invalid method setting under the key __proto__', async () => {
    const act = answer(200, { item: [stageWith({ methodSettings: withProto(7) })] });
    const { errors } = await asking(times(ATTEMPTS, { call: stages, act }), readStages);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

const notStages: readonly (readonly [string, Act])[] = [
  ['an empty body', empty],
  ['{}', answer(200, {})],
  ['foreign JSON', answer(200, { status: 'ok' })],
  ['a list', answer(200, [plainStage])],
  ['another stage', answer(200, { ...plainStage, stageName: 'prod' })],
  ...badMembers.map(([what, members]): [string, Act] => [`a stage ${what}`, answer(200, stageWith(members))]),
];

describe('an invalid 200 response to a change is OUTCOME_UNKNOWN, and nothing of it is returned', () => {
  /** Sends a change and reads the stage afterwards: nothing of the invalid response may appear. */
  async function expectUnknown(call: string, act: Act, attempts: number, name: MutationName, input: object) {
    const upstream = await startScriptedUpstream([
      { call: stages, act: answer(200, { item: [plainStage] }) },
      ...times(attempts, { call, act }),
      { call: stages, act: answer(200, { item: [plainStage] }) },
    ]);
    const gateway = await startGateway(upstream.url, { ttlMs: 5000 });
    try {
      await gateway.graphql(readStages);
      const { userErrors } = await mutate(gateway, name, input);
      expect(userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
      const { data } = await gateway.graphql(
        '{ stages(restApiId: "petstore01") { stageName variables { name } } }',
      );
      expect(data).toEqual({ stages: [{ stageName: 'dev', variables: [] }] });
    } finally {
      await gateway.close();
      await upstream.close();
    }
  }

  test.each(notStages)('UpdateStage: %s', (_, act) =>
    expectUnknown(`PATCH ${api}/stages/dev`, act, ATTEMPTS, 'updateStage', { ...dev, description: 'New' }),
  );

  test.each([
    ...notStages,
    ['a stage of another deployment', answer(201, { ...plainStage, deploymentId: 'dep002' })] as const,
  ])('CreateStage: %s', (_, act) =>
    expectUnknown(`POST ${api}/stages`, act, 1, 'createStage', { ...dev, deploymentId: 'dep001' }),
  );

  test.each<readonly [string, Act]>([
    ['an empty body', empty],
    ['{}', answer(200, {})],
    ['foreign JSON', answer(200, { status: 'ok' })],
    ['a stage', answer(200, plainStage)],
    ['a date in milliseconds', answer(200, { id: 'dep009', createdDate: 1_767_693_600_000 })],
  ])('CreateDeployment: %s', (_, act) =>
    expectUnknown(`POST ${api}/deployments`, act, 1, 'createRestApiDeployment', dev),
  );

  const withoutAnswer = [
    ['deleteStage', `DELETE ${api}/stages/dev`, {}],
    ['flushStageCache', `DELETE ${api}/stages/dev/cache/data`, {}],
    [
      'tagStage',
      'PUT /tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fpetstore01%2Fstages%2Fdev',
      { tags: mutations.tagStage.input.tags },
    ],
  ] as const;
  test.each(withoutAnswer)('%s: foreign JSON', (name, call, more) =>
    expectUnknown(call, answer(200, { login: 'required' }), ATTEMPTS, name, { ...dev, ...more }),
  );
  test.each(withoutAnswer)('%s: a web page', (name, call, more) =>
    expectUnknown(call, html(200), ATTEMPTS, name, { ...dev, ...more }),
  );
});

describe('omitted and unknown members of AWS, or of a compatible server, are accepted', () => {
  const read = `{ stages(restApiId: "petstore01") { stageName deploymentId variables { name value }
    methodSettings { key loggingLevel throttlingRateLimit } canarySettings { percentTraffic deploymentId }
    cacheClusterStatus cacheClusterSize accessLogSettings { format } } }`;
  const least = {
    stageName: 'dev',
    deploymentId: 'dep001',
    variables: [],
    methodSettings: [],
    canarySettings: null,
    cacheClusterStatus: null,
    cacheClusterSize: null,
    accessLogSettings: null,
  };

  test.each<readonly [string, object, object]>([
    ['all but its name and deployment', {}, {}],
    ['members of null', { description: null, variables: null, methodSettings: null, createdDate: null }, {}],
    [
      'members that are new',
      { shiny: { new: [null] }, methodSettings: { '*/*': { shiny: null } } },
      { methodSettings: [{ key: '*/*', loggingLevel: null, throttlingRateLimit: 10_000 }] },
    ],
    [
      'values that are new',
      {
        cacheClusterStatus: 'SHINY',
        cacheClusterSize: '1000',
        methodSettings: { '*/*': { loggingLevel: 'SHINY', throttlingRateLimit: -1 } },
      },
      { methodSettings: [{ key: '*/*', loggingLevel: null, throttlingRateLimit: -1 }] },
    ],
    [
      'a canary of nothing',
      { canarySettings: {} },
      { canarySettings: { percentTraffic: 0, deploymentId: 'dep001' } },
    ],
    ['access logs of nothing', { accessLogSettings: {} }, { accessLogSettings: { format: null } }],
    [
      'a variable that is called __proto__',
      { variables: withProto('blue') },
      { variables: [{ name: '__proto__', value: 'blue' }] },
    ],
    ['dates with fractions, and of 1970', { createdDate: 0, lastUpdatedDate: 1_767_693_600.123 }, {}],
  ])('a stage with %s', async (_, members, expected) => {
    const act = answer(200, { item: [{ stageName: 'dev', deploymentId: 'dep001', ...members }] });
    const { data, errors } = await asking([{ call: stages, act }], read);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ stages: [{ ...least, ...expected }] });
  });

  test('a body of {} for a change without a response body', async () => {
    const upstream = await startScriptedUpstream([
      { call: `DELETE ${api}/stages/dev`, act: answer(202, {}) },
    ]);
    const gateway = await startGateway(upstream.url);
    const { userErrors } = await mutate(gateway, 'deleteStage', dev);
    await gateway.close();
    await upstream.close();
    expect(userErrors).toEqual([]);
  });
});
