import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { fastify } from 'fastify';
import { parse } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { type SetVariables, type StageKey, type StageView } from './stage-view.ts';

/** The part of the gateway's schema that the bench asks for. */
export const typeDefs = parse(`
  scalar DateTime
  type Query {
    stage(restApiId: ID!, stageName: String!): Stage
  }
  type Mutation {
    setStageVariables(input: SetStageVariablesInput!): SetStageVariablesPayload
  }
  type Stage @key(fields: "restApiId stageName") {
    restApiId: ID!
    stageName: String!
    deploymentId: ID!
    description: String
    tracingEnabled: Boolean!
    variables: [StageVariable!]!
    canarySettings: CanarySettings
    lastUpdatedDate: DateTime!
    observedAt: DateTime!
    methodSettings: [MethodSetting!]!
    accessLogSettings: AccessLogSettings
    tags: [Tag!]!
  }
  type MethodSetting {
    key: String!
    metricsEnabled: Boolean!
    dataTraceEnabled: Boolean!
    throttlingBurstLimit: Int!
    throttlingRateLimit: Float!
    cachingEnabled: Boolean!
    cacheTtlInSeconds: Int!
    cacheDataEncrypted: Boolean!
    requireAuthorizationForCacheControl: Boolean!
  }
  type AccessLogSettings {
    destinationArn: String
    format: String
  }
  type Tag {
    key: String!
    value: String!
  }
  type StageVariable {
    name: String!
    value: String
  }
  type CanarySettings {
    percentTraffic: Float!
    deploymentId: ID!
  }
  input SetStageVariablesInput {
    restApiId: ID!
    stageName: String!
    set: [StageVariableInput!]
  }
  input StageVariableInput {
    name: String!
    value: String!
  }
  type SetStageVariablesPayload {
    stage: Stage
    userErrors: [StageUserError!]!
  }
  type StageUserError {
    code: String!
  }
`);

export interface Stages {
  get(key: StageKey): Promise<StageView | null>;
  setVariables(input: SetVariables): Promise<StageView>;
}

export const resolversOf = (stages: Stages) => ({
  DateTime: GraphQLDateTimeISO,
  Query: { stage: (_: unknown, key: StageKey) => stages.get(key) },
  Mutation: {
    setStageVariables: async (_: unknown, { input }: { input: SetVariables }) => ({
      stage: await stages.setVariables(input),
      userErrors: [],
    }),
  },
  Stage: { __resolveReference: (key: StageKey) => stages.get(key) },
});

/** A plain Apollo Server on Fastify, with nothing around it. */
export async function serve(stages: Stages, port: number) {
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolversOf(stages) }]);
  const apollo = new ApolloServer({ schema });
  await apollo.start();
  const app = fastify();
  app.route({ url: '/graphql', method: ['GET', 'POST'], handler: fastifyApolloHandler(apollo) });
  await app.listen({ host: '127.0.0.1', port });
}
