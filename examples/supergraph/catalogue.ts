import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

interface StageKey {
  readonly restApiId: string;
  readonly stageName: string;
}

export interface Service {
  readonly id: string;
  readonly team: string;
  readonly stages: readonly StageKey[];
}

/** What the catalogue knows. */
export interface Catalogue {
  readonly services: readonly Service[];
  /** The teams that answer for APIs, by the API's id. */
  readonly owners: Readonly<Record<string, string>>;
}

/** The company around the sample data of the embedded Stage API. */
export const sampleCatalogue: Catalogue = {
  services: [
    {
      id: 'billing',
      team: 'money',
      stages: [
        { restApiId: 'billing003', stageName: 'prod' },
        // Somebody deleted it, and nobody told the catalogue.
        { restApiId: 'billing003', stageName: 'prod-old' },
      ],
    },
    { id: 'orders', team: 'checkout', stages: [{ restApiId: 'orders0002', stageName: 'live' }] },
    {
      id: 'pets',
      team: 'animals',
      stages: [
        { restApiId: 'petstore01', stageName: 'prod' },
        { restApiId: 'petstore01', stageName: 'staging' },
      ],
    },
  ],
  owners: { billing003: 'money', orders0002: 'checkout', petstore01: 'animals' },
};

const typeDefs = parse(readFileSync(new URL('catalogue.graphql', import.meta.url), 'utf8'));

const resolversOf = ({ services, owners }: Catalogue) => ({
  Query: {
    services: () => services,
    service: (_: unknown, { id }: { id: string }) => services.find((service) => service.id === id),
  },
  Service: {
    __resolveReference: ({ id }: { id: string }) => services.find((service) => service.id === id),
  },
  Stage: {
    service: ({ restApiId, stageName }: StageKey) =>
      services.find(({ stages }) =>
        stages.some((stage) => stage.restApiId === restApiId && stage.stageName === stageName),
      ),
  },
  RestApi: { owner: ({ restApiId }: { restApiId: string }) => owners[restApiId] },
});

/** A subgraph of the kind that a company has already: it names stages, and knows nothing else of them. */
export async function startCatalogue(catalogue: Catalogue, port = 0) {
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolversOf(catalogue) }]);
  const server = new ApolloServer({
    schema,
    includeStacktraceInErrorResponses: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port } });
  return { url, close: () => server.stop() };
}
