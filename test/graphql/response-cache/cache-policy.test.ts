import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildASTSchema,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { createCachePolicies } from '../../../src/graphql/response-cache/cache-policy.ts';
import { printSchema } from '../../../src/graphql/schema/schema.ts';
import { generatedQueries, type Operation } from '../compiled/operations.ts';

/** A value of the type. */
function sampleOf(type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType);
  if (isListType(type)) return [sampleOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (isSpecifiedScalarType(type)) return 1;
  return {};
}

/** The printed schema with a value for every field: Apollo computes the policy from the fields of the response. */
function schemaOfSamples(): GraphQLSchema {
  const schema = buildASTSchema(parse(printSchema()), { assumeValidSDL: true });
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.resolve = () => sampleOf(field.type);
  }
  return schema;
}

const schema = schemaOfSamples();
const policyOf = createCachePolicies(schema);
const apollo = new ApolloServer({ schema });
beforeAll(() => apollo.start());
afterAll(() => apollo.stop());

const isOperation = (node: { readonly kind: Kind }): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

function ours({ query, variables }: Operation): string {
  const document = parse(query);
  const operation = document.definitions.find(isOperation);
  const policy = operation && policyOf({ document, operation, variables });
  return policy === undefined
    ? 'no-store'
    : `max-age=${policy.maxAgeSeconds}, ${policy.isPrivate ? 'private' : 'public'}`;
}

async function apollos(operation: Operation): Promise<string | undefined> {
  const { http, body } = await apollo.executeOperation(operation);
  expect(body).toMatchObject({ singleResult: { errors: undefined } });
  return http.headers.get('cache-control');
}

test("the policy of a document is that of Apollo Server's plugin for its response", async () => {
  const queryType = schema.getQueryType();
  if (queryType == null) throw new Error('no queries');
  const seen: string[] = [];
  await fc.assert(
    fc.asyncProperty(generatedQueries(schema, queryType), async (operation) => {
      const hint = ours(operation);
      seen.push(hint);
      expect(hint).toBe(await apollos(operation));
    }),
    { numRuns: 300 },
  );
  // Every outcome occurred.
  expect(new Set(seen)).toEqual(new Set(['no-store', 'max-age=5, public', 'max-age=5, private']));
}, 60_000);
