import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { everyMutation, expectRefused } from '../support/mutations.ts';
import { type Answer, run, type Running } from '../support/run.ts';
import { liveWithKeys, sampleWithStage } from '../support/sample-states.ts';

let gateway: Running;
beforeAll(async () => {
  gateway = await run();
});
beforeEach(() => gateway.stageApi.resetCalls());

const ask = async <Data>(query: string): Promise<Data> => {
  const { data, errors } = await gateway.graphql<Data>(query);
  expect(errors).toBeUndefined();
  return data;
};

describe('stage', () => {
  test('has all fields of a stage, with human paths', async () => {
    const { stage } = await ask<{ stage: unknown }>(`{
      stage(restApiId: "petstore01", stageName: "prod") {
        restApiId stageName deploymentId description clientCertificateId
        cacheClusterEnabled cacheClusterSize cacheClusterStatus
        variables { name value redacted } documentationVersion accessLogSettings { destinationArn format }
        canarySettings {
          percentTraffic deploymentId useStageCache
          stageVariableOverrides { name value } effectiveVariables { name value }
        }
        tracingEnabled webAclArn tags { key value } createdDate lastUpdatedDate arn invokeUrl
      }
    }`);

    expect(stage).toEqual({
      restApiId: 'petstore01',
      stageName: 'prod',
      deploymentId: 'dep001',
      description: 'Live traffic',
      clientCertificateId: null,
      cacheClusterEnabled: true,
      cacheClusterSize: 'SIZE_0_5_GB',
      cacheClusterStatus: 'AVAILABLE',
      variables: [
        { name: 'backend', value: 'petstore.example.com', redacted: false },
        { name: 'featureFlags', value: 'search:off', redacted: false },
        { name: 'table', value: 'pets', redacted: false },
      ],
      documentationVersion: '1.0',
      accessLogSettings: {
        destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:petstore-prod',
        format: expect.stringContaining('$context.requestId'),
      },
      canarySettings: {
        percentTraffic: 10,
        deploymentId: 'dep002',
        useStageCache: false,
        stageVariableOverrides: [{ name: 'featureFlags', value: 'search:on' }],
        effectiveVariables: [
          { name: 'backend', value: 'petstore.example.com' },
          { name: 'featureFlags', value: 'search:on' },
          { name: 'table', value: 'pets' },
        ],
      },
      tracingEnabled: true,
      webAclArn: null,
      tags: [
        { key: 'env', value: 'prod' },
        { key: 'team', value: 'pets' },
      ],
      createdDate: expect.stringMatching(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      lastUpdatedDate: expect.stringMatching(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
      arn: 'arn:aws:apigateway:us-east-1::/restapis/petstore01/stages/prod',
      invokeUrl: 'https://petstore01.execute-api.us-east-1.amazonaws.com/prod',
    });
  });

  test('is null if its API has none of this name, and NOT_FOUND if the API does not exist', async () => {
    const { data, errors } = await gateway.graphql(`{
      none: stage(restApiId: "petstore01", stageName: "nope") { stageName }
      nowhere: stage(restApiId: "nosuchapi0", stageName: "prod") { stageName }
      there: stage(restApiId: "petstore01", stageName: "prod") { stageName }
    }`);
    expect(data).toEqual({ none: null, nowhere: null, there: { stageName: 'prod' } });
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'The API does not exist. Ids are case-sensitive.',
        path: ['nowhere'],
        extensions: expect.objectContaining({
          code: 'NOT_FOUND',
          aws: { operation: 'GetStages', requestId: expect.any(String) },
        }),
      }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 2 });
  });

  test('has the same result if IAM denies the list of stages', async () => {
    const denied = {
      operation: 'GetStages',
      action: 'fail',
      status: 403,
      code: 'AccessDeniedException',
    } as const;
    gateway.stageApi.configure({ faults: [denied] });
    const { data, errors } = await gateway.graphql(`{
      none: stage(restApiId: "petstore01", stageName: "nope") { stageName }
      nowhere: stage(restApiId: "nosuchapi0", stageName: "prod") { stageName }
    }`);
    gateway.stageApi.configure({ faults: [] });
    expect(data).toEqual({ none: null, nowhere: null });
    expect(errors).toMatchObject([{ path: ['nowhere'], extensions: { code: 'NOT_FOUND' } }]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 2, GetStage: 2 });
  });

  describe("an opaque id instead of AWS's own id is refused before AWS is called", () => {
    const ids = async () => {
      const { data } = await gateway.graphql<{
        stage: { id: string; restApi: { id: string }; deployment: { id: string } };
      }>('{ stage(restApiId: "petstore01", stageName: "prod") { id restApi { id } deployment { id } } }');
      gateway.stageApi.resetCalls();
      const { id, restApi, deployment } = data.stage;
      return { Stage: id, RestApi: restApi.id, RestApiDeployment: deployment.id };
    };
    const queries = [
      ['stage', 'restApiId', 'stage(restApiId: $id, stageName: "prod") { stageName }'],
      ['stages', 'restApiId', 'stages(restApiId: $id) { stageName }'],
      ['stages', 'deploymentId', 'stages(restApiId: "petstore01", deploymentId: $id) { stageName }'],
      ['restApi', 'restApiId', 'restApi(restApiId: $id) { name }'],
    ] as const;
    test.each(queries)('to %s, as its %s', async (field, argument, selection) => {
      for (const [kind, id] of Object.entries(await ids())) {
        const { data, errors } = await gateway.graphql(`query ($id: ID!) { ${selection} }`, { id });
        expect(data).toEqual({ [field]: null });
        expect(errors).toMatchObject([
          {
            message: expect.stringMatching(
              new RegExp(
                `^${argument} must be AWS's own id, .* the opaque id of a ${kind} of the API "petstore01"\\.$`,
              ),
            ),
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ]);
      }
      expect(gateway.stageApi.calls()).toEqual({});
    });

    test.each(everyMutation)('to $name', async ({ name, input }) => {
      const { RestApi: restApiId } = await ids();
      await expectRefused(gateway, name, { ...input, restApiId }, [
        { field: ['restApiId'], says: ['restApiId', 'opaque id of a RestApi', 'petstore01'] },
      ]);
    });

    test('a stage may have the name of an opaque id', async () => {
      const { Stage: stageName } = await ids();
      const query =
        'query ($stageName: String!) { stage(restApiId: "petstore01", stageName: $stageName) { id } }';
      const { data, errors } = await gateway.graphql(query, { stageName });
      expect([data, errors]).toEqual([{ stage: null }, undefined]);
    });
  });

  test.each(['', '.', '..', 'a/b', 'a b', '$default', 'a\u0000'])(
    'refuses the name %j before AWS is called',
    async (stageName) => {
      const { data, errors } = await gateway.graphql(
        'query ($stageName: String!) { stage(restApiId: "petstore01", stageName: $stageName) { stageName } }',
        { stageName },
      );
      expect(data).toEqual({ stage: null });
      expect(errors).toMatchObject([
        { message: expect.stringContaining('stageName must be'), extensions: { code: 'BAD_USER_INPUT' } },
      ]);
      expect(gateway.stageApi.calls()).toEqual({});
    },
  );

  test('has a revision that is stable while the stage is unchanged, and a unique id', async () => {
    const query = `{ stages(restApiId: "petstore01") { id revision } }`;
    const first = await ask<{ stages: { id: string; revision: string }[] }>(query);
    const second = await ask<typeof first>(query);
    expect(second).toEqual(first);
    expect(new Set(first.stages.map(({ id }) => id)).size).toBe(3);
    expect(new Set(first.stages.map(({ revision }) => revision)).size).toBe(3);
  });

  test('has the revision that the documentation shows, because sample data and revision algorithm are fixed', async () => {
    const { stage } = await ask<{ stage: { revision: string } }>(
      '{ stage(restApiId: "petstore01", stageName: "prod") { revision } }',
    );
    expect(stage.revision).toBe('EcASz5rQOsz37ZhoQzJd3A');
  });

  test('has the time of the answer of AWS', async () => {
    const before = Date.now();
    const { stage } = await ask<{ stage: { observedAt: string } }>(
      '{ stage(restApiId: "petstore01", stageName: "dev") { observedAt } }',
    );
    expect(Date.parse(stage.observedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(stage.observedAt)).toBeLessThanOrEqual(Date.now());
  });
});

describe('stages', () => {
  test('lists the stages of an API by name', async () => {
    expect(await ask('{ stages(restApiId: "petstore01") { stageName } }')).toEqual({
      stages: [{ stageName: 'dev' }, { stageName: 'prod' }, { stageName: 'staging' }],
    });
  });

  test('lists the stages of one deployment, without those whose canary runs it', async () => {
    expect(await ask('{ stages(restApiId: "petstore01", deploymentId: "dep002") { stageName } }')).toEqual({
      stages: [{ stageName: 'staging' }],
    });
  });

  test('is empty for an API without stages', async () => {
    expect(await ask('{ stages(restApiId: "search0004") { stageName } }')).toEqual({ stages: [] });
  });

  test('is null with NOT_FOUND if the API does not exist', async () => {
    const { data, errors } = await gateway.graphql('{ stages(restApiId: "nosuchapi0") { stageName } }');
    expect(data).toEqual({ stages: null });
    expect(errors).toMatchObject([
      {
        path: ['stages'],
        extensions: { code: 'NOT_FOUND', aws: { operation: 'GetStages', requestId: expect.any(String) } },
      },
    ]);
  });
});

test('the size of the cache cluster is returned also without a cluster', async () => {
  const stageApi = { state: sampleWithStage('petstore01', 'dev', () => ({ cacheClusterSize: '1.6' })) };
  const sized = await run({ stageApi });
  try {
    const { data } = await sized.graphql(
      '{ stage(restApiId: "petstore01", stageName: "dev") { cacheClusterEnabled cacheClusterSize cacheClusterStatus } }',
    );
    expect(data).toEqual({
      stage: {
        cacheClusterEnabled: false,
        cacheClusterSize: 'SIZE_1_6_GB',
        cacheClusterStatus: 'NOT_AVAILABLE',
      },
    });
  } finally {
    await sized.close();
  }
});

describe('method settings', () => {
  const ofLive = `stage(restApiId: "orders0002", stageName: "live")`;

  test('contain a dead key beside the canonical key, marked as such', async () => {
    const { stage } = await ask<{ stage: { methodSettings: { key: string }[] } }>(
      `{ ${ofLive} { methodSettings { key resourcePath httpMethod canonical throttlingRateLimit } } }`,
    );
    expect(stage.methodSettings.filter(({ key }) => key.endsWith('orders/GET'))).toEqual([
      {
        key: 'orders/GET',
        resourcePath: '/orders',
        httpMethod: 'GET',
        canonical: false,
        throttlingRateLimit: 5,
      },
      {
        key: '~1orders/GET',
        resourcePath: '/orders',
        httpMethod: 'GET',
        canonical: true,
        throttlingRateLimit: 50,
      },
    ]);
  });

  test('are addressed by human paths, and never resolve to a dead key', async () => {
    expect(
      await ask(`{ ${ofLive} {
        orders: methodSetting(resourcePath: "/orders", httpMethod: GET) { throttlingRateLimit }
        admin: methodSetting(resourcePath: "/admin", httpMethod: GET) { throttlingRateLimit }
        any: methodSetting(resourcePath: "/admin", httpMethod: ANY) { throttlingRateLimit }
        order: methodSetting(resourcePath: "/orders/{orderId}", httpMethod: DELETE) { throttlingRateLimit }
        none: methodSetting(resourcePath: "/orders", httpMethod: PUT) { throttlingRateLimit }
      } }`),
    ).toEqual({
      stage: {
        orders: { throttlingRateLimit: 50 },
        admin: { throttlingRateLimit: 0 },
        any: null,
        order: { throttlingRateLimit: -1 },
        none: null,
      },
    });
  });

  test('contain an old entry for ANY as a dead key', async () => {
    const old = await run({ stageApi: { state: liveWithKeys('~1dead/ANY') } });
    try {
      const { data, errors } = await old.graphql(`{ ${ofLive} {
        methodSettings { key resourcePath httpMethod canonical }
        own: methodSetting(resourcePath: "/dead", httpMethod: ANY) { key }
        effectiveMethodSetting(resourcePath: "/dead", httpMethod: ANY) { source }
        get: effectiveMethodSetting(resourcePath: "/dead", httpMethod: GET) { source }
      } }`);
      expect(data).toEqual({
        stage: {
          methodSettings: expect.arrayContaining([
            { key: '~1dead/ANY', resourcePath: '/dead', httpMethod: 'ANY', canonical: false },
          ]),
          own: null,
          effectiveMethodSetting: null,
          get: { source: 'DEFAULT' },
        },
      });
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringContaining('DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'),
          path: ['stage', 'effectiveMethodSetting'],
          extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
        }),
      ]);
    } finally {
      await old.close();
    }
  });

  test("are those of the method's entry, else of the stage's default entry, else AWS's defaults, without merging", async () => {
    const effective = (path: string) =>
      `effectiveMethodSetting(resourcePath: "${path}", httpMethod: GET) {
        source loggingLevel throttlingRateLimit throttlingBurstLimit cacheTtlInSeconds metricsEnabled
      }`;
    expect(
      await ask(`{
        prod: stage(restApiId: "petstore01", stageName: "prod") { own: ${effective('/pets')} stage: ${effective('/other')} }
        dev: stage(restApiId: "petstore01", stageName: "dev") { none: ${effective('/pets')} }
      }`),
    ).toEqual({
      prod: {
        own: {
          source: 'METHOD',
          loggingLevel: 'ERROR',
          throttlingRateLimit: 100,
          throttlingBurstLimit: 50,
          cacheTtlInSeconds: 60,
          metricsEnabled: true,
        },
        stage: {
          source: 'STAGE',
          loggingLevel: 'ERROR',
          throttlingRateLimit: 1000,
          throttlingBurstLimit: 500,
          cacheTtlInSeconds: 300,
          metricsEnabled: true,
        },
      },
      dev: {
        none: {
          source: 'DEFAULT',
          loggingLevel: null,
          throttlingRateLimit: 10000,
          throttlingBurstLimit: 5000,
          cacheTtlInSeconds: 300,
          metricsEnabled: false,
        },
      },
    });
  });

  test.each([
    ['*', 'GET', 'must be used together'],
    ['/pets', 'ALL', 'must be used together'],
    ['pets', 'GET', 'must start with "/"'],
    ['/pets/', 'GET', 'must not end with "/"'],
    ['/a//b', 'GET', 'empty segment'],
    ['/a b', 'GET', 'spaces'],
  ])('refuse the address %j %s', async (resourcePath, httpMethod, rule) => {
    const { errors } = await gateway.graphql(
      `query ($resourcePath: String!, $httpMethod: StageHttpMethod!) {
        ${ofLive} { methodSetting(resourcePath: $resourcePath, httpMethod: $httpMethod) { key } }
      }`,
      { resourcePath, httpMethod },
    );
    expect(errors).toMatchObject([
      { message: expect.stringContaining(rule), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

describe('restApi and restApis', () => {
  test('an API is found by its id, and null if it does not exist', async () => {
    expect(
      await ask(`{
        there: restApi(restApiId: "petstore01") { name version tags { key value } createdDate }
        none: restApi(restApiId: "nosuchapi0") { name }
        stagesOnly: restApi(restApiId: "nosuchapi0") { stages { stageName } }
        idsOnly: restApi(restApiId: "nosuchapi0") { restApiId }
      }`),
    ).toEqual({
      there: {
        name: 'Petstore',
        version: expect.any(String),
        tags: expect.any(Array),
        createdDate: expect.any(String),
      },
      none: null,
      stagesOnly: null,
      idsOnly: null,
    });
  });

  test('pages contain each API once', async () => {
    interface Page {
      restApis: {
        edges: { cursor: string; node: { restApiId: string } }[];
        nodes: { restApiId: string }[];
        pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string };
      };
    }
    const walk = async (first: number) => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const answer: Answer<Page> = await gateway.graphql<Page>(
          `query ($first: Int!, $after: String) {
            restApis(first: $first, after: $after) {
              edges { cursor node { restApiId } } nodes { restApiId }
              pageInfo { hasNextPage hasPreviousPage endCursor }
            }
          }`,
          { first, after },
        );
        const { edges, nodes, pageInfo } = answer.data.restApis;
        expect(edges.map(({ node }) => node)).toEqual(nodes);
        expect(edges.at(-1)?.cursor).toBe(pageInfo.endCursor);
        expect(pageInfo.hasPreviousPage).toBe(after !== null);
        seen.push(...nodes.map(({ restApiId }) => restApiId));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      return seen;
    };
    const all = await walk(500);
    expect(all.toSorted()).toEqual(['billing003', 'orders0002', 'petstore01', 'search0004']);
    expect(await walk(1)).toEqual(all);
    expect(await walk(3)).toEqual(all);
  });

  test('any edge is a valid cursor, not only the last', async () => {
    const query = `query ($after: String) {
      restApi(restApiId: "petstore01") { deployments(first: 3, after: $after) { edges { cursor node { deploymentId } } } }
    }`;
    interface Page {
      restApi: { deployments: { edges: { cursor: string; node: { deploymentId: string } }[] } };
    }
    const ids = (page: Page) => page.restApi.deployments.edges.map(({ node }) => node.deploymentId);
    const { data: all } = await gateway.graphql<Page>(query);
    const after = all.restApi.deployments.edges[0]?.cursor;
    const { data: rest } = await gateway.graphql<Page>(query, { after });
    expect(ids(rest)).toEqual(ids(all).slice(1));
  });

  test.each([
    [
      'left out',
      '{ restApis { nodes { name } } restApi(restApiId: "petstore01") { deployments { nodes { id } } } }',
    ],
    [
      'null',
      '{ restApis(first: null) { nodes { name } } restApi(restApiId: "petstore01") { deployments(first: null) { nodes { id } } } }',
    ],
    [
      'a variable that is null',
      'query ($n: Int) { restApis(first: $n) { nodes { name } } restApi(restApiId: "petstore01") { deployments(first: $n) { nodes { id } } } }',
    ],
  ])('a page has 25 entries where its size is %s', async (_, query) => {
    const { errors } = await gateway.graphql(query, { n: null });
    expect(errors).toBeUndefined();
    const limits = gateway.stageApi
      .requests()
      .filter(({ operation }) => ['GetRestApis', 'GetDeployments'].includes(operation))
      .map(({ params }) => params.limit);
    expect(limits).toEqual(['25', '25']);
  });

  test.each([0, -1, 501])('a page of %i is refused', async (first) => {
    const { data, errors } = await gateway.graphql(`{ restApis(first: ${first}) { nodes { name } } }`);
    expect(data).toEqual({ restApis: null });
    expect(errors).toMatchObject([
      { message: `first must be 1 to 500, not ${first}.`, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('an invalid cursor is refused', async () => {
    const { errors } = await gateway.graphql('{ restApis(after: "xyz") { nodes { name } } }');
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('after must be a cursor'),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });

  test('a deployment has its stages', async () => {
    expect(
      await ask(`{ stage(restApiId: "petstore01", stageName: "staging") {
        deployment { restApiId deploymentId description stages { stageName } }
      } }`),
    ).toEqual({
      stage: {
        deployment: {
          restApiId: 'petstore01',
          deploymentId: 'dep002',
          description: 'v1.1',
          stages: [{ stageName: 'staging' }],
        },
      },
    });
  });
});
