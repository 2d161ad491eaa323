import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { printSchema } from '../../src/graphql/schema/schema.ts';
import { documentOf } from '../support/mutations.ts';
import { graphqlAt, sentPatches } from '../support/run.ts';
import { subgraphs } from './subgraphs.ts';
import { runSupergraph, type RunningSupergraph } from './supergraph.ts';

type Hive = Awaited<ReturnType<typeof startHive>>;

interface ClientRequest {
  readonly headers: Record<string, string>;
}

const SECRET = 'a-secret-of-the-routers';

/** The same subgraphs, composed by Hive and served by what Hive Gateway plans and executes with. */
async function startHive(sdl: string, urls: Readonly<Record<string, string>>) {
  const services = subgraphs(sdl).map((service) => ({ ...service, url: urls[service.name] ?? service.url }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    batch: true,
    httpExecutorOpts: {
      headers: (request) => ({
        ...(request?.context as ClientRequest | undefined)?.headers,
        'router-authorization': SECRET,
      }),
    },
  });
  const server = new ApolloServer<ClientRequest>({ schema });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: ({ req }) =>
      Promise.resolve({ headers: { 'x-request-id': req.headers['x-request-id']?.toString() ?? '' } }),
  });
  return { graphql: graphqlAt(url), close: () => server.stop() };
}

const urlsOf = ({ stagegraph, catalogue }: RunningSupergraph) => ({
  stagegraph: stagegraph.url,
  catalogue: catalogue.url,
});

describe.each([
  ['the default SDL', printSchema({ fleet: true })],
  ['the SDL with scopes', printSchema({ auth: true, fleet: true })],
])('%s, composed and served by what Hive makes', (_, sdl) => {
  const log: Record<string, unknown>[] = [];
  let apollo: RunningSupergraph;
  let hive: Hive;
  beforeAll(async () => {
    apollo = await runSupergraph({
      routerSecrets: [SECRET],
      routerSecret: SECRET,
      // What is compared is read once, so that it was observed at one moment.
      ttlMs: 3_600_000,
      log: (line) => log.push(JSON.parse(line) as Record<string, unknown>),
    });
    hive = await startHive(sdl, urlsOf(apollo));
  });

  test.each([
    [
      '{ services { id team stages { stageName deployment { createdDate } canarySettings { percentTraffic } } } }',
    ],
    ['{ stages(restApiId: "petstore01") { stageName service { id team } restApi { name owner } } }'],
    [
      `{ stage(restApiId: "petstore01", stageName: "prod") {
        service { stages { stageName deployment { description } restApi { owner } variables { name value } } }
      } }`,
    ],
    [
      `{ restApi(restApiId: "petstore01") {
        deployments(first: 2) { nodes { deploymentId stages { service { id } } } pageInfo { hasNextPage } }
      } }`,
    ],
    [
      `{ stage(restApiId: "petstore01", stageName: "prod") {
        effectiveMethodSetting(resourcePath: "/pets", httpMethod: GET) { source throttlingRateLimit }
        service { id }
      } }`,
    ],
  ])('%s crosses over, and is answered as by @apollo/gateway', async (query) => {
    const expected = await apollo.graphql(query);
    expect(expected.errors).toBeUndefined();
    const { data, errors } = await hive.graphql(query);
    expect(errors).toBeUndefined();
    expect(data).toEqual(expected.data);
    expect(JSON.stringify(data)).toMatch(/"(team|owner|service)":(\{"id":)?"/);
  });

  test('a stage that is gone is null to both; Hive adds which field the schema promises', async () => {
    const query = '{ services { id stages { stageName deploymentId observedAt } } }';
    const expected = await apollo.graphql(query);
    const { data, errors } = await hive.graphql(query);
    expect(data).toEqual(expected.data);
    expect(expected.errors).toBeUndefined();
    expect(errors?.map(({ path }) => path?.slice(0, 4))).toEqual([['services', 0, 'stages', 1]]);
  });

  test('a failure is an error with its code, and hurts no neighbour', async () => {
    const { data, errors } = await hive.graphql(`{
      stage(restApiId: "petstore01", stageName: "prod") { stageName service { id } }
      stages(restApiId: "nosuchapi0") { stageName }
    }`);
    expect(data).toEqual({ stage: { stageName: 'prod', service: { id: 'pets' } }, stages: null });
    expect(errors).toMatchObject([{ path: ['stages'], extensions: { code: 'NOT_FOUND' } }]);
  });

  test('a change is made once, crosses over, and says as data what keeps it from being made', async () => {
    const input = { restApiId: 'petstore01', stageName: 'staging', tracingEnabled: true };
    const changed = await hive.graphql(
      documentOf('updateStage', 'stage { tracingEnabled service { team } }'),
      {
        input,
      },
    );
    expect(changed.errors).toBeUndefined();
    expect(changed.data).toMatchObject({
      updateStage: { userErrors: [], stage: { tracingEnabled: true, service: { team: 'animals' } } },
    });
    expect(sentPatches(apollo.stagegraph)).toHaveLength(1);
    const refused = await hive.graphql(documentOf('promoteCanary'), {
      input: { restApiId: 'petstore01', stageName: 'staging' },
    });
    expect(refused.data).toMatchObject({ promoteCanary: { userErrors: [{ code: 'CANARY_NOT_FOUND' }] } });
  });

  test('a request keeps its id on the way to our log', async () => {
    await hive.graphql('{ restApis(first: 1) { nodes { owner } } }', {}, { 'x-request-id': 'follow-me' });
    expect(log).toContainEqual(expect.objectContaining({ msg: 'request', requestId: 'follow-me' }));
  });
});

test('all stages of an API that a neighbour names cost one call through Hive, too', async () => {
  const apollo = await runSupergraph({ routerSecrets: [SECRET], routerSecret: SECRET });
  const hive = await startHive(printSchema({ fleet: true }), urlsOf(apollo));
  try {
    const { data } = await hive.graphql<{ services: object[] }>(
      '{ services { id stages { stageName deploymentId } } }',
    );
    expect(data.services).toHaveLength(4);
    expect(apollo.stagegraph.stageApi.calls()).toEqual({ GetStages: 3 });
  } finally {
    await hive.close();
    await apollo.close();
  }
});
