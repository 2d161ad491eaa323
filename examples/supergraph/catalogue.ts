import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/** A target of `targets.yaml`. */
interface TargetKey {
  readonly account: string;
  readonly region: string;
}

interface StageKey extends Partial<TargetKey> {
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
  /** The teams that answer for the APIs of the first target, by the API's id. */
  readonly owners: Readonly<Record<string, string>>;
}

/** Where most of the company's services run: the first target. */
const home: TargetKey = { account: '111122223333', region: 'us-east-1' };

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
    {
      id: 'pets-eu',
      team: 'animals',
      // Another account has an API of the same id.
      stages: [
        { account: '444455556666', region: 'eu-central-1', restApiId: 'petstore01', stageName: 'dev' },
      ],
    },
  ],
  owners: { billing003: 'money', orders0002: 'checkout', petstore01: 'animals' },
};

const typeDefs = parse(readFileSync(new URL('catalogue.graphql', import.meta.url), 'utf8'));

const isHome = ({ account, region }: TargetKey): boolean =>
  account === home.account && region === home.region;

const textOf = ({ account, region, restApiId, stageName }: StageKey): string =>
  [account ?? home.account, region ?? home.region, restApiId, stageName].join('/');

const resolversOf = ({ services, owners }: Catalogue) => ({
  Query: {
    services: () => services,
    service: (_: unknown, { id }: { id: string }) => services.find((service) => service.id === id),
  },
  Service: {
    stages: ({ stages }: Service) => stages.map((stage) => ({ ...home, ...stage })),
    __resolveReference: ({ id }: { id: string }) => services.find((service) => service.id === id),
  },
  Stage: {
    service: (key: StageKey) =>
      services.find(({ stages }) => stages.some((stage) => textOf(stage) === textOf(key))),
  },
  RestApi: {
    owner: ({ restApiId, ...target }: TargetKey & { restApiId: string }) =>
      isHome(target) ? owners[restApiId] : null,
  },
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
