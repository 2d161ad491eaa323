import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { startSupergraph } from '../../examples/supergraph/supergraph.ts';
import { printSchema } from '../../src/graphql/schema/schema.ts';
import { closeAfterwards } from '../support/closing.ts';
import { DEV, PROD, startFleet, target } from '../support/fleet.ts';
import { graphqlAt } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

/** A neighbour that knows one stage, by one of its keys. */
async function startNeighbour(field: string, key: Readonly<Record<string, string>>) {
  const names = Object.keys(key);
  const fields = names.map(
    (name) => `${name}: ${name === 'id' || /^(restApiId|account)$/.test(name) ? 'ID!' : 'String!'}`,
  );
  const typeDefs = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    type Query { ${field}: Stage }
    type Stage @key(fields: "${names.join(' ')}") { ${fields.join(' ')} }`);
  const server = new ApolloServer({
    schema: buildSubgraphSchema([{ typeDefs, resolvers: { Query: { [field]: () => key } } }]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  closeAfterwards(() => server.stop());
  return { name: field.toLowerCase(), url };
}

let graphql: ReturnType<typeof graphqlAt>;
beforeAll(async () => {
  const [home, other] = [await startStageApi(), await startStageApi()];
  const gateway = await startFleet({
    quota: 'account',
    targets: [
      target({ account: PROD, region: 'us-east-1', home: true, endpoint: home.url }),
      target({ account: DEV, region: 'eu-central-1', endpoint: other.url }),
    ],
  });
  const { data } = await gateway.graphql<{ stage: { id: string } }>(
    `{ stage(restApiId: "petstore01", stageName: "dev", account: "${DEV}") { id } }`,
  );
  const names = { restApiId: 'petstore01', stageName: 'dev' };
  const supergraph = await startSupergraph({
    subgraphs: [
      { name: 'stagegraph', url: gateway.url },
      await startNeighbour('byId', { id: data.stage.id }),
      await startNeighbour('byLongKey', { account: DEV, region: 'eu-central-1', ...names }),
    ],
  });
  closeAfterwards(() => supergraph.close());
  graphql = graphqlAt(supergraph.url);
});

describe('a stage of another target than home, named by a neighbour through a router', () => {
  test.each(['byId', 'byLongKey'])('%s is that stage', async (field) => {
    const { data, errors } = await graphql(`{ ${field} { invokeUrl deployment { description } } }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      [field]: {
        invokeUrl: 'https://petstore01.execute-api.eu-central-1.amazonaws.com/dev',
        deployment: { description: 'v1.2' },
      },
    });
  });
});

test('a neighbour that has only the short key is refused by composition', () => {
  const url = 'http://subgraph.example.com';
  const neighbour = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
    type Query { byShortKey: Stage }
    type Stage @key(fields: "restApiId stageName") { restApiId: ID! stageName: String! }`);
  const { errors = [] } = composeServices([
    { name: 'stagegraph', url, typeDefs: parse(printSchema({ fleet: true })) },
    { name: 'neighbour', url, typeDefs: neighbour },
  ]);
  expect(errors[0]?.message).toMatch(/cannot be satisfied|can not be resolved|cannot find/i);
});
