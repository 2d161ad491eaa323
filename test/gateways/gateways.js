/**
 * Programs of other makers, which only these tests need. In JavaScript: their packages add to the types of graphql-js, and
 * TypeScript would check the whole gateway with these.
 */
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { listenLocally } from '../support/local-server.ts';

/** What goes on of a client's request. */
const PROPAGATED = ['authorization', 'x-request-id', 'apollographql-client-name'];

export async function startHiveGateway({ supergraphSdl, routerSecret, planner }) {
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    logging: false,
    ...(planner === 'rust' ? { unifiedGraphHandler } : {}),
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({
        ...Object.fromEntries(PROPAGATED.map((name) => [name, request.headers.get(name) ?? undefined])),
        'router-authorization': routerSecret,
      }),
    },
  });
  const server = await listenLocally(createServer(gateway));
  return {
    url: `${server.url}/graphql`,
    async close() {
      await server.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

export function composeAsCosmo(services) {
  const subgraphs = services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs }));
  const { errors = [], warnings } = federateSubgraphs({
    subgraphs,
    version: ROUTER_COMPATIBILITY_VERSION_ONE,
  });
  return { errors, warnings };
}
