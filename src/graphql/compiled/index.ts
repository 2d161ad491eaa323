import type { GraphQLRequestContextResponseForOperation } from '@apollo/server';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Context } from '../context.ts';
import { conditionsOf, conditionKey } from '../documents/conditions.ts';
import { fragmentDefinitions } from '../documents/fragment-definitions.ts';
import type { Shortcuts } from '../execution-caches.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { wantsTrace } from '../response-cache/wants-trace.ts';
import { uncopiedResolver } from '../schema/entities.ts';
import { createFragments } from './fragments.ts';
import { createPlanCache } from './plan-cache.ts';
import { compile, type Plan, type Resolver } from './plan.ts';
import { coercionOf } from './variables.ts';
import { WrittenData } from './written-data.ts';

const MAX_FIELDS_OF_PLAN = 1000;
/** Some 500 operations of usual size; what they hold is some 50 MB at the most. */
const MAX_WEIGHT = 100_000;
const MAX_KEPT_LENGTH = 32 * 1024 * 1024;

/** What all plans of a document start from. */
interface Prepared {
  /** Apollo may parse the same text again: each of its documents has a number of its own. */
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

/**
 * The schema's resolvers as they are now: Apollo wraps them all as soon as anybody asks for a trace. Entities are not
 * copied for a plan, which changes nothing: what is kept of one is found again.
 */
function snapshotResolvers(schema: GraphQLSchema): ReadonlyMap<object, Resolver> {
  const resolvers = new Map<object, Resolver>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve === undefined) continue;
      resolvers.set(field, uncopiedResolver(field.resolve) ?? field.resolve);
    }
  }
  return resolvers;
}

type Request = GraphQLRequestContextResponseForOperation<Context>;

/** Apollo's type has it always; where the request names none that there is, it has not. */
const operationOf = (request: {
  readonly operation?: OperationDefinitionNode;
}): OperationDefinitionNode | undefined => request.operation;

/**
 * Queries whose text comes again are compiled: their data is written as JSON without a look at the document, and what of it
 * depends on nothing but stored values is written once for each of them. Whatever is not plain success is executed by
 * graphql-js, from the start; what was read is in the request's data sources by then.
 */
export function compiledQueries(
  schema: GraphQLSchema,
  { keepsPieces }: Pick<Shortcuts, 'keepsPieces'>,
): OperationHooks {
  const resolvers = snapshotResolvers(schema);
  const fragments = keepsPieces ? createFragments(MAX_KEPT_LENGTH) : undefined;
  const plans = createPlanCache({ maxFields: MAX_FIELDS_OF_PLAN, maxWeight: MAX_WEIGHT });
  // Apollo keeps the documents, and bounds them: with one goes what is known of it.
  const documents = new WeakMap<DocumentNode, Prepared>();
  let lastNumber = 0;
  const coercions = new WeakMap<OperationDefinitionNode, ReturnType<typeof coercionOf>>();

  function planFor(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
    rights: string,
  ): Plan | null {
    let prepared = documents.get(document);
    if (prepared === undefined) {
      prepared = prepare(document, ++lastNumber);
      documents.set(document, prepared);
    }
    const { number, tokens, conditions, definitions } = prepared;
    const key = `${number} ${conditionKey(operation, conditions, variables)} ${rights}`;
    return plans.planFor(key, tokens, (countField) => {
      const resolverOf = (field: GraphQLField<unknown, unknown>) => resolvers.get(field);
      return compile({ schema, resolverOf, fragments, countField, operation, definitions, variables });
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

  async function write({ document, request, contextValue, ...resolved }: Request): Promise<string | null> {
    const operation = operationOf(resolved);
    if (operation?.operation !== OperationTypeNode.QUERY) return null;
    try {
      const coerced = coerce(operation, request.variables ?? {});
      if (coerced === undefined) return null;
      const plan = planFor(document, operation, coerced, contextValue.caller.permissions);
      return plan === null ? null : await plan({ context: contextValue, variables: coerced });
    } catch {
      // Whatever it is, graphql-js meets it again, and words it.
      return null;
    }
  }

  return {
    async responseForOperation(request) {
      const text = wantsTrace(request.request) ? null : await write(request);
      if (text === null) return null;
      request.contextValue.succeeded(request.operationName);
      const { http } = request.response;
      return { http, body: { kind: 'single', singleResult: { data: new WrittenData(text) } } };
    },
  };
}
