import { beforeEach, describe, expect, test } from '@jest/globals';
import { printSchema } from '../../src/graphql/schema/schema.ts';
import { documentOf } from '../support/mutations.ts';
import { sentPatches } from '../support/run.ts';
import { runSupergraph, type RunningSupergraph } from './supergraph.ts';

let supergraph: RunningSupergraph;
const log: Record<string, unknown>[] = [];
beforeEach(async () => {
  log.length = 0;
  supergraph = await runSupergraph({
    isProtected: (name) => name === 'prod',
    log: (line) => log.push(JSON.parse(line) as Record<string, unknown>),
  });
});

const calls = () => supergraph.stagegraph.stageApi.calls();

describe('in a supergraph', () => {
  test('what was composed is what we print', async () => {
    const { data } = await supergraph.stagegraph.graphql('{ _service { sdl } }');
    expect(data).toEqual({ _service: { sdl: printSchema({ fleet: true }) } });
  });

  test('from a service to what is live there: one call an API, and null for a stage that is gone', async () => {
    const { data, errors } = await supergraph.graphql(`{
      services { id stages { stageName deploymentId canarySettings { percentTraffic } } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      services: [
        {
          id: 'billing',
          stages: [
            { stageName: 'prod', deploymentId: 'bil001', canarySettings: { percentTraffic: 0 } },
            null,
          ],
        },
        { id: 'orders', stages: [{ stageName: 'live', deploymentId: 'ord001', canarySettings: null }] },
        {
          id: 'pets',
          stages: [
            { stageName: 'prod', deploymentId: 'dep001', canarySettings: { percentTraffic: 10 } },
            { stageName: 'staging', deploymentId: 'dep002', canarySettings: null },
          ],
        },
        // Of the other target: another API of the same id.
        { id: 'pets-eu', stages: [{ stageName: 'dev', deploymentId: 'dep003', canarySettings: null }] },
      ],
    });
    expect(calls()).toEqual({ GetStages: 3 });
  });

  test('from a stage to its service and its owner', async () => {
    const { data, errors } = await supergraph.graphql(`{
      stages(restApiId: "petstore01") { stageName service { id team } restApi { name owner } }
      stage(restApiId: "orders0002", stageName: "live") { restApi { owner } }
    }`);
    expect(errors).toBeUndefined();
    const restApi = { name: 'Petstore', owner: 'animals' };
    const service = { id: 'pets', team: 'animals' };
    expect(data).toEqual({
      stages: [
        { stageName: 'dev', service: null, restApi },
        { stageName: 'prod', service, restApi },
        { stageName: 'staging', service, restApi },
      ],
      stage: { restApi: { owner: 'checkout' } },
    });
    // `owner` needs the API's key, which costs nothing; only `name` costs a call.
    expect(calls()).toEqual({ GetStages: 2, GetRestApi: 1 });
  });

  test('there and back again', async () => {
    const { data, errors } = await supergraph.graphql(`{
      stage(restApiId: "petstore01", stageName: "prod") {
        service { stages { stageName deployment { description } restApi { owner } } }
      }
    }`);
    expect(errors).toBeUndefined();
    const restApi = { owner: 'animals' };
    expect(data).toEqual({
      stage: {
        service: {
          stages: [
            { stageName: 'prod', deployment: { description: 'v1.0' }, restApi },
            { stageName: 'staging', deployment: { description: 'v1.1' }, restApi },
          ],
        },
      },
    });
  });

  test('a deployment reaches the services that run it', async () => {
    const { data, errors } = await supergraph.graphql(`{
      restApi(restApiId: "petstore01") {
        deployments(first: 2) { nodes { deploymentId stages { service { id } } } pageInfo { hasNextPage } }
      }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      restApi: {
        deployments: {
          nodes: [
            { deploymentId: 'dep001', stages: [{ service: { id: 'pets' } }] },
            { deploymentId: 'dep002', stages: [{ service: { id: 'pets' } }] },
          ],
          pageInfo: { hasNextPage: true },
        },
      },
    });
  });
});

describe('a mutation through the supergraph', () => {
  const throttle = (stageName: string, settings: object, more: object = {}) => ({
    input: {
      restApiId: 'petstore01',
      stageName,
      resourcePath: '/pets',
      httpMethod: 'GET',
      settings,
      ...more,
    },
  });

  test('changes the stage once, and its answer crosses over to the neighbour', async () => {
    const { data, errors } = await supergraph.graphql(
      documentOf(
        'setMethodSetting',
        'stage { service { team } methodSetting(resourcePath: "/pets", httpMethod: GET) { throttlingRateLimit } }',
      ),
      throttle('staging', { throttlingRateLimit: 25 }),
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      setMethodSetting: {
        userErrors: [],
        stage: { service: { team: 'animals' }, methodSetting: { throttlingRateLimit: 25 } },
      },
    });
    expect(sentPatches(supergraph.stagegraph)).toEqual([
      [{ op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '25.0' }],
    ]);
  });

  test('says what the caller can mend as data: the codes survive a router that hides errors', async () => {
    const refusals = await supergraph.graphql<Record<string, { userErrors: object[] }>>(
      `mutation ($wrong: SetMethodSettingInput!, $unconfirmed: SetMethodSettingInput!) {
        wrong: setMethodSetting(input: $wrong) { userErrors { code field message retryable } }
        unconfirmed: setMethodSetting(input: $unconfirmed) { userErrors { code field } }
        noCanary: promoteCanary(input: { restApiId: "petstore01", stageName: "staging" }) { userErrors { code field } }
        noStage: removeCanary(input: { restApiId: "petstore01", stageName: "nope" }) { userErrors { code } }
      }`,
      {
        wrong: throttle('staging', { throttlingRateLimit: -5 }).input,
        unconfirmed: throttle('prod', { throttlingRateLimit: 5 }).input,
      },
    );
    expect(refusals.errors).toBeUndefined();
    expect(refusals.data).toEqual({
      wrong: {
        userErrors: [
          {
            code: 'INVALID_INPUT',
            field: ['input', 'settings', 'throttlingRateLimit'],
            message: expect.stringContaining('throttlingRateLimit'),
            retryable: false,
          },
        ],
      },
      unconfirmed: { userErrors: [{ code: 'CONFIRMATION_REQUIRED', field: ['input', 'confirm'] }] },
      noCanary: { userErrors: [{ code: 'CANARY_NOT_FOUND', field: ['input', 'stageName'] }] },
      noStage: { userErrors: [{ code: 'NOT_FOUND' }] },
    });
    expect(sentPatches(supergraph.stagegraph)).toEqual([[{ op: 'remove', path: '/canarySettings' }]]);
  });

  test('is shown before it is made', async () => {
    const { data } = await supergraph.graphql(documentOf('promoteCanary', 'stage { service { id } }'), {
      input: { restApiId: 'petstore01', stageName: 'prod', dryRun: true },
    });
    expect(data).toMatchObject({
      promoteCanary: {
        userErrors: [],
        patchOperations: [{ op: 'copy' }, { op: 'copy' }, { op: 'replace', value: '0.0' }],
        stage: { service: { id: 'pets' } },
      },
    });
    expect(sentPatches(supergraph.stagegraph)).toEqual([]);
  });
});

describe('failures stay where they belong', () => {
  const services = '{ services { id team stages { stageName deploymentId } } }';

  test('a field that fails is null beside the others, with its code and the call that it was', async () => {
    const { data, errors } = await supergraph.graphql(`{
      stage(restApiId: "petstore01", stageName: "prod") { stageName service { id } }
      stages(restApiId: "nosuchapi0") { stageName }
    }`);
    expect(data).toEqual({
      stage: { stageName: 'prod', service: { id: 'pets' } },
      stages: null,
    });
    expect(errors).toMatchObject([
      {
        path: ['stages'],
        extensions: { code: 'NOT_FOUND', serviceName: 'stagegraph', aws: { operation: 'GetStages' } },
      },
    ]);
  });

  test('AWS away: the neighbour answers for its part, each stage of ours is an error with a code', async () => {
    supergraph.stagegraph.stageApi.configure({ faults: [{ operation: '*', action: 'fail', status: 503 }] });
    const { data, errors } = await supergraph.graphql<{ services: { team: string; stages: unknown[] }[] }>(
      services,
    );
    expect(data.services.map(({ team }) => team)).toEqual(['money', 'checkout', 'animals', 'animals']);
    expect(data.services[2]?.stages).toEqual([null, null]);
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['UPSTREAM_UNAVAILABLE']),
    );
    expect(JSON.stringify(errors)).not.toMatch(/arn:|127\.0\.0\.1|ServiceUnavailableException/);
  });

  test('the neighbour away: stages answer, and only its own fields are missing', async () => {
    await supergraph.catalogue.close();
    const { data, errors } = await supergraph.graphql(
      '{ stage(restApiId: "petstore01", stageName: "prod") { deploymentId service { id } } }',
    );
    expect(data).toEqual({ stage: { deploymentId: 'dep001', service: null } });
    expect(errors).toHaveLength(1);
  });
});

test('a request keeps its id from the client through the router to the line of our log', async () => {
  await supergraph.graphql(
    '{ stages(restApiId: "petstore01") { stageName } }',
    {},
    { 'x-request-id': 'follow-me' },
  );
  expect(log).toContainEqual(expect.objectContaining({ msg: 'request', requestId: 'follow-me' }));
  expect(log).toContainEqual(expect.objectContaining({ msg: 'upstream call', requestId: 'follow-me' }));
});
