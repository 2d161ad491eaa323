import { beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { printSchema } from '../../src/graphql/schema/schema.ts';
import { subgraphs } from '../federation/subgraphs.ts';
import { runSupergraph, type RunningSupergraph } from '../federation/supergraph.ts';
import { closeAfterwards } from '../support/closing.ts';
import { bearer, type Issuer, startIssuer } from '../support/issuer.ts';
import { documentOf, mutations } from '../support/mutations.ts';
import { type Gateway, graphqlAt, sentPatches } from '../support/run.ts';
import { composeAsCosmo, startHiveGateway } from './gateways.js';

const SECRET = 'a-secret-of-the-routers';

type Options = NonNullable<Parameters<typeof runSupergraph>[0]>;
interface Behind extends Pick<RunningSupergraph, 'stagegraph'> {
  /** Asks the gateway. */
  readonly graphql: Gateway['graphql'];
}

/** `@apollo/gateway` before stagegraph and its neighbour. */
const behindApollo = (options: Options = {}): Promise<RunningSupergraph> =>
  runSupergraph({ routerSecrets: [SECRET], routerSecret: SECRET, ...options });

/** Hive Gateway before them, with the supergraph that Hive composes. */
const behindHive =
  (planner: 'javascript' | 'rust', auth = false) =>
  async (options: Options = {}): Promise<Behind> => {
    const { stagegraph, catalogue } = await behindApollo(options);
    const urls: Record<string, string> = { stagegraph: stagegraph.url, catalogue: catalogue.url };
    const services = subgraphs(printSchema({ fleet: true, auth })).map((service) => ({
      ...service,
      url: urls[service.name] ?? service.url,
    }));
    const { supergraphSdl = '', errors } = composeServices(services);
    expect(errors).toBeUndefined();
    const hive = await startHiveGateway({ supergraphSdl, routerSecret: SECRET, planner });
    closeAfterwards(hive.close);
    return { stagegraph, graphql: graphqlAt(hive.url) };
  };

const services = '{ services { id team stages { stageName deployment { description } } } }';
const teams = ['money', 'checkout', 'animals', 'animals'];
interface Services {
  services: { team: string; stages: (object | null)[] }[];
}

describe.each([
  ['@apollo/gateway', behindApollo, []],
  ['Hive Gateway', behindHive('javascript'), ['INTERNAL_SERVER_ERROR']],
  ['Hive Gateway with the planner of Hive Router', behindHive('rust'), []],
  ['Hive Gateway, the SDL with scopes', behindHive('javascript', true), ['INTERNAL_SERVER_ERROR']],
  ['Hive Gateway with the planner of Hive Router, the SDL with scopes', behindHive('rust', true), []],
])('behind %s', (_, behind, addedCodes) => {
  let gateway: Behind;
  beforeAll(async () => {
    gateway = await behind();
  });

  test('a query crosses over from subgraph to subgraph and back', async () => {
    const { data, errors } = await gateway.graphql(`{
      stage(restApiId: "petstore01", stageName: "prod") {
        service { team stages { stageName deployment { description } restApi { owner } } }
      }
    }`);
    expect(errors).toBeUndefined();
    const restApi = { owner: 'animals' };
    expect(data).toEqual({
      stage: {
        service: {
          team: 'animals',
          stages: [
            { stageName: 'prod', deployment: { description: 'v1.0' }, restApi },
            { stageName: 'staging', deployment: { description: 'v1.1' }, restApi },
          ],
        },
      },
    });
  });

  test('a reference to a stage that does not exist is null', async () => {
    const query = '{ services { team stages { deploymentId } } }';
    const { data, errors = [] } = await gateway.graphql<Services>(query);
    expect(data.services[0]?.stages).toEqual([{ deploymentId: 'bil001' }, null]);
    // Hive's own planner adds an error for the first field that is never null.
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(addedCodes);
  });

  test('a change is made once, and says as data what keeps it from being made', async () => {
    const names = { restApiId: 'petstore01', stageName: 'staging' };
    const changed = await gateway.graphql(
      documentOf('updateStage', 'stage { tracingEnabled service { team } }'),
      { input: { ...names, tracingEnabled: true } },
    );
    expect(changed.data).toMatchObject({
      updateStage: { userErrors: [], stage: { tracingEnabled: true, service: { team: 'animals' } } },
    });
    expect(sentPatches(gateway.stagegraph)).toHaveLength(1);
    const refused = await gateway.graphql(documentOf('promoteCanary'), { input: names });
    expect(refused.data).toMatchObject({ promoteCanary: { userErrors: [{ code: 'CANARY_NOT_FOUND' }] } });
  });

  test('a field that fails is null beside the others, with its code', async () => {
    const { data, errors } = await gateway.graphql(`{
      stage(restApiId: "petstore01", stageName: "prod") { stageName service { id } }
      stages(restApiId: "nosuchapi0") { stageName }
    }`);
    expect(data).toEqual({ stage: { stageName: 'prod', service: { id: 'pets' } }, stages: null });
    expect(errors).toMatchObject([{ path: ['stages'], extensions: { code: 'NOT_FOUND' } }]);
  });

  test('what is refused for the rate says when to retry, and the neighbour answers for its part', async () => {
    const limited = await behind({ rateLimit: 2 });
    let { data, errors } = await limited.graphql<Services>(services);
    while (errors === undefined) ({ data, errors } = await limited.graphql<Services>(services));
    expect(data.services.map(({ team }) => team)).toEqual(teams);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: expect.any(Number),
    });
  });

  test('more references than the limit are refused with the limit and what to do', async () => {
    const stages = Array.from({ length: 501 }, (_, index) => ({
      restApiId: 'petstore01',
      stageName: `stage${index}`,
    }));
    const large = await behind({ catalogue: { services: [{ id: 'all', team: 'a', stages }], owners: {} } });
    const { errors } = await large.graphql(services);
    expect(errors?.[0]).toMatchObject({
      message:
        'The operation has 501 representations or ids of entities; the limit is 500. ' +
        'Ask for fewer entities at once, or raise LIMIT_REPRESENTATIONS.',
      extensions: { code: 'OPERATION_TOO_LARGE' },
    });
    expect(large.stagegraph.stageApi.calls()).toEqual({});
  });
});

describe.each([
  ['@apollo/gateway', behindApollo],
  ['Hive Gateway', behindHive('javascript')],
  ['Hive Gateway with the planner of Hive Router', behindHive('rust')],
])('behind %s, where tokens are required,', (_, behind) => {
  let issuer: Issuer;
  let gateway: Behind;
  beforeAll(async () => {
    issuer = await startIssuer();
    const introspectionHeaders = bearer(await issuer.token(''));
    gateway = await behind({ auth: issuer.options, introspectionHeaders });
  });

  test('a token without the scope reads, and learns which scope a change needs', async () => {
    const token = bearer(await issuer.token('stages:read'));
    expect((await gateway.graphql(services, {}, token)).errors).toBeUndefined();
    const { input } = mutations.removeCanary;
    const { data, errors } = await gateway.graphql(documentOf('removeCanary'), { input }, token);
    expect(data).toEqual({ removeCanary: null });
    expect(errors).toMatchObject([
      { message: expect.stringContaining('stages:write'), extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  test('a client without a token learns that it needs one', async () => {
    const { errors } = await gateway.graphql(services);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('A bearer token is required.'),
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
});

describe('Cosmo', () => {
  test.each([
    ['the default SDL', {}],
    ['the SDL of a fleet', { fleet: true }],
    ['the SDL with scopes', { auth: true }],
  ])('composes %s with a neighbour, without an error and a warning', (_, options) => {
    expect(composeAsCosmo(subgraphs(printSchema(options)))).toEqual({ errors: [], warnings: [] });
  });
});
