import type { GraphQLRequestContextResponseForOperation } from '@apollo/server';
import {
  type DocumentNode,
  type GraphQLSchema,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { oncePer } from '../../memoize/once-per.ts';
import type { Context } from '../context.ts';
import { conditionKey, conditionsOf, fragmentDefinitions } from '../documents/index.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { wantsTrace } from '../hooks/wants-trace.ts';
import { coercionOf } from './arguments.ts';
import { compile, type CompiledPlan, type Resolver } from './compiled-plan.ts';
import { createFragmentCaches } from './fragment-cache.ts';
import { createPlanCache } from './plan-cache.ts';
import { SerializedData } from './serialized-data.ts';

export { stringifyResult } from './serialized-data.ts';
export { TypedObject } from './typed-object.ts';

const MAX_FIELDS_OF_PLAN = 1000;
/** About 500 usual operations, which take 50 MB at most. */
const MAX_WEIGHT = 100_000;
const MAX_FRAGMENTS_LENGTH = 32 * 1024 * 1024;

function countTokens({ loc }: DocumentNode): number {
  let count = 0;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) count += 1;
  return count;
}

/** The schema's resolvers at the start: Apollo Server wraps all of them at the first traced request. */
function snapshotResolvers(
  schema: GraphQLSchema,
  resolverFor: (resolve: Resolver) => Resolver,
): ReadonlyMap<object, Resolver> {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const resolvers = new Map<object, Resolver>();
  for (const field of types.flatMap((type) => Object.values(type.getFields()))) {
    if (field.resolve !== undefined) resolvers.set(field, resolverFor(field.resolve));
  }
  return resolvers;
}

/** Apollo Server's type says that the operation is always set; with an unknown operation name it is not. */
type Request = Omit<GraphQLRequestContextResponseForOperation<Context>, 'operation'> & {
  readonly operation?: OperationDefinitionNode;
};

interface CompiledQueriesOptions {
  readonly cachesFragments: boolean;
  /** Plans are shared by requests with equal permissions. */
  readonly permissionsOf: (context: Context) => string;
  /** The resolver that plans call instead of the schema's. A value of an abstract type may be a TypedObject. */
  readonly resolverFor?: (resolve: Resolver) => Resolver;
  /** The name of the type of an interface's value; undefined if the value has it as `__typename`. */
  readonly typeNameOf?: (value: unknown) => string | undefined;
}

/**
 * Compiles repeated queries to plans, which serialize data without a look at the document. Whatever a plan does not do, an
 * error among it, graphql-js executes from the start; values that were read already are in the request's data sources.
 * See docs/compiled-queries.md.
 */
export function compiledQueries(schema: GraphQLSchema, options: CompiledQueriesOptions): OperationHooks {
  const { cachesFragments, permissionsOf } = options;
  const { resolverFor = (resolve: Resolver) => resolve, typeNameOf = () => undefined } = options;
  const resolvers = snapshotResolvers(schema, resolverFor);
  const createFragmentCache = cachesFragments ? createFragmentCaches(MAX_FRAGMENTS_LENGTH) : undefined;
  const planUnder = createPlanCache({ maxFields: MAX_FIELDS_OF_PLAN, maxWeight: MAX_WEIGHT });
  let lastNumber = 0;
  // The number identifies the document: Apollo Server may parse the same text again.
  const prepared = oncePer((document: DocumentNode) => ({
    number: ++lastNumber,
    tokens: countTokens(document),
  }));
  const coercionFor = oncePer((operation: OperationDefinitionNode) => coercionOf(schema, operation));

  function planFor(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
    permissions: string,
  ): CompiledPlan | null {
    const { number, tokens } = prepared(document);
    const key = `${number} ${conditionKey(operation, conditionsOf(document), variables)} ${permissions}`;
    return planUnder(key, tokens, (countField) => {
      const resolverOf = (field: object) => resolvers.get(field);
      const definitions = Object.fromEntries(fragmentDefinitions(document));
      return compile({
        schema,
        resolverOf,
        typeNameOf,
        createFragmentCache,
        countField,
        operation,
        definitions,
        variables,
      });
    });
  }

  async function execute(requestContext: Request): Promise<string | null> {
    const { document, operation, request, contextValue: context } = requestContext;
    if (operation?.operation !== OperationTypeNode.QUERY || wantsTrace(request)) return null;
    try {
      const variables = coercionFor(operation)(request.variables ?? {});
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
