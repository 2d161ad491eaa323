import type { GraphQLRequestContextResponseForOperation } from '@apollo/server';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Context } from '../context.ts';
import { conditionsOf, conditionKey } from '../documents/conditions.ts';
import { fragmentDefinitions } from '../documents/fragment-definitions.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { wantsTrace } from '../hooks/wants-trace.ts';
import { createFragmentCaches } from './fragment-cache.ts';
import { createPlanCache } from './plan-cache.ts';
import { compile, type Plan, type Resolver } from './plan.ts';
import { SerializedData } from './serialized-data.ts';
import { coercionOf } from './variables.ts';

export { stringifyResult } from './serialized-data.ts';
export { TypedObject } from './typed-object.ts';

const MAX_FIELDS_OF_PLAN = 1000;
/** About 500 usual operations, which take 50 MB at most. */
const MAX_WEIGHT = 100_000;
const MAX_FRAGMENTS_LENGTH = 32 * 1024 * 1024;

/** What all plans of a document share. */
interface Prepared {
  /** Identifies the document: Apollo Server may parse the same text again. */
  readonly number: number;
  readonly tokens: number;
  readonly conditions: readonly string[];
  readonly definitions: Record<string, FragmentDefinitionNode>;
}

function countTokens({ loc }: DocumentNode): number {
  let count = 0;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) count += 1;
  return count;
}

const prepare = (document: DocumentNode, number: number): Prepared => ({
  number,
  tokens: countTokens(document),
  conditions: conditionsOf(document),
  definitions: Object.fromEntries(fragmentDefinitions(document)),
});

/** The schema's resolvers at the start: Apollo Server wraps all of them at the first traced request. */
function snapshotResolvers(
  schema: GraphQLSchema,
  resolverFor: (resolve: Resolver) => Resolver,
): ReadonlyMap<object, Resolver> {
  const resolvers = new Map<object, Resolver>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve !== undefined) resolvers.set(field, resolverFor(field.resolve));
    }
  }
  return resolvers;
}

type Request = GraphQLRequestContextResponseForOperation<Context>;

/** Apollo Server's type says that it is always set; with an unknown operation name it is not. */
const operationOf = (request: {
  readonly operation?: OperationDefinitionNode;
}): OperationDefinitionNode | undefined => request.operation;

export interface CompiledQueriesOptions {
  readonly cachesFragments: boolean;
  /** Plans are shared by requests with equal permissions. */
  readonly permissionsOf: (context: Context) => string;
  /** The resolver that plans call instead of the schema's. A value of an abstract type may be a TypedObject. */
  readonly resolverFor?: (resolve: Resolver) => Resolver;
}

/**
 * Compiles repeated queries to plans, which serialize data without a look at the document. Whatever a plan does not do, an
 * error among it, graphql-js executes from the start; values that were read already are in the request's data sources.
 * See docs/compiled-queries.md.
 */
export function compiledQueries(
  schema: GraphQLSchema,
  { cachesFragments, permissionsOf, resolverFor = (resolve) => resolve }: CompiledQueriesOptions,
): OperationHooks {
  const resolvers = snapshotResolvers(schema, resolverFor);
  const fragmentCaches = cachesFragments ? createFragmentCaches(MAX_FRAGMENTS_LENGTH) : undefined;
  const plans = createPlanCache({ maxFields: MAX_FIELDS_OF_PLAN, maxWeight: MAX_WEIGHT });
  // Apollo Server caches the documents within bounds.
  const documents = new WeakMap<DocumentNode, Prepared>();
  let lastNumber = 0;
  const coercions = new WeakMap<OperationDefinitionNode, ReturnType<typeof coercionOf>>();

  function planFor(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
    permissions: string,
  ): Plan | null {
    let prepared = documents.get(document);
    if (prepared === undefined) {
      prepared = prepare(document, ++lastNumber);
      documents.set(document, prepared);
    }
    const { number, tokens, conditions, definitions } = prepared;
    const key = `${number} ${conditionKey(operation, conditions, variables)} ${permissions}`;
    return plans.planFor(key, tokens, (countField) => {
      const resolverOf = (field: object) => resolvers.get(field);
      return compile({ schema, resolverOf, fragmentCaches, countField, operation, definitions, variables });
    });
  }

  function coerce(operation: OperationDefinitionNode, given: Record<string, unknown>) {
    let coercion = coercions.get(operation);
    if (coercion === undefined) {
      coercion = coercionOf(schema, operation);
      coercions.set(operation, coercion);
    }
    return coercion(given);
  }

  async function execute({
    document,
    request,
    contextValue: context,
    ...rest
  }: Request): Promise<string | null> {
    const operation = operationOf(rest);
    if (operation?.operation !== OperationTypeNode.QUERY || wantsTrace(request)) return null;
    try {
      const variables = coerce(operation, request.variables ?? {});
      if (variables === undefined) return null;
      const plan = planFor(document, operation, variables, permissionsOf(context));
      return plan === null ? null : await plan({ context, variables });
    } catch {
      // graphql-js meets the error again, and reports it.
      return null;
    }
  }

  return {
    async responseForOperation(request) {
      const json = await execute(request);
      if (json === null) return null;
      const { http } = request.response;
      return { http, body: { kind: 'single', singleResult: { data: new SerializedData(json) } } };
    },
  };
}
