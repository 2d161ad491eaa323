// Mercurius with its JIT on, answering from memory: the fastest GraphQL server that one could take off the shelf.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { fastify } from 'fastify';
import mercurius from 'mercurius';
import { resolversOf, typeDefs } from './apollo.ts';
import { stagesFromMemory } from './from-memory.ts';

const app = fastify();
await app.register(mercurius, {
  schema: buildSubgraphSchema([
    { typeDefs, resolvers: resolversOf(stagesFromMemory(new APIGatewayClient())) },
  ]),
  jit: 1,
});
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
