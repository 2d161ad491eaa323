import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { parse } from 'graphql';

/** A name in the supergraph, and where the subgraph answers. */
export interface Subgraph {
  readonly name: string;
  readonly url: string;
}

export interface SupergraphOptions {
  readonly subgraphs: readonly Subgraph[];
  /** Shown to the subgraphs, which then know that a router asks. */
  readonly routerSecret?: string | undefined;
  /** Shown with the question for the SDL: a token, where the subgraphs answer nobody without one. */
  readonly introspectionHeaders?: Readonly<Record<string, string>> | undefined;
  /** Any free one by default. */
  readonly port?: number | undefined;
}

/** Of a client's request, what goes on to the subgraphs. */
interface ClientRequest {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** `router.yaml` says the same. */
const PROPAGATED = [
  'authorization',
  'x-request-id',
  'traceparent',
  'tracestate',
  'cache-control',
  'apollographql-client-name',
  'apollographql-client-version',
];
/** The name of a client that does not say its own. */
const CLIENT_NAME = 'supergraph';

/** What a subgraph says of itself, as routers and `rover subgraph introspect` ask for it. */
async function sdlOf({ name, url }: Subgraph, headers: Record<string, string>): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const body: unknown = await response.json();
  const sdl = sdlIn(body);
  if (sdl === undefined) throw new Error(`${name} at ${url} gives no SDL: ${JSON.stringify(body)}`);
  return sdl;
}

function sdlIn(body: unknown): string | undefined {
  const member = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const sdl = member(member(member(body, 'data'), '_service'), 'sdl');
  return typeof sdl === 'string' ? sdl : undefined;
}

/** The supergraph's SDL, composed of what the subgraphs say at this moment. */
export async function compose(
  subgraphs: readonly Subgraph[],
  headers: Record<string, string> = {},
): Promise<string> {
  const services = await Promise.all(
    subgraphs.map(async (subgraph) => ({ ...subgraph, typeDefs: parse(await sdlOf(subgraph, headers)) })),
  );
  const { supergraphSdl, errors = [] } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** A supergraph behind `@apollo/gateway`, served over HTTP. */
export async function startSupergraph(options: SupergraphOptions) {
  const { subgraphs, routerSecret, introspectionHeaders = {}, port = 0 } = options;
  const secret: Record<string, string> =
    routerSecret === undefined ? {} : { 'router-authorization': routerSecret };
  const gateway = new ApolloGateway({
    supergraphSdl: await compose(subgraphs, { ...introspectionHeaders, ...secret }),
    buildService: ({ url = '' }) =>
      new RemoteGraphQLDataSource<ClientRequest>({
        url,
        willSendRequest(options) {
          if (!('incomingRequestContext' in options)) return;
          const { headers = {} } = options.context;
          const all = Object.entries({ ...headers, ...secret });
          options.request.http?.headers.set('apollographql-client-name', CLIENT_NAME);
          for (const [name, value] of all)
            if (value !== undefined) options.request.http?.headers.set(name, value);
        },
      }),
  });
  const server = new ApolloServer<ClientRequest>({
    gateway,
    introspection: true,
    // What goes wrong within the router is for its log.
    includeStacktraceInErrorResponses: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port },
    context: ({ req }) =>
      Promise.resolve({
        headers: Object.fromEntries(PROPAGATED.map((name) => [name, req.headers[name]?.toString()])),
      }),
  });
  return { url, close: () => server.stop() };
}
