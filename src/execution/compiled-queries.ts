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
import { sharingVariantOf } from '../entities.ts';
import type { OperationHooks } from '../operation-hooks.ts';
import { conditionsOf, wayOf } from './conditions.ts';
import { fragmentDefinitions } from './fragment-definitions.ts';
import { createFragments } from './fragments.ts';
import { compile, type Plan, type Resolver } from './plan.ts';
import type { Shortcuts } from './shortcuts.ts';
import { NotPlain } from './value-plan.ts';
import { coercionOf } from './variables.ts';
import { wantsTrace } from './wants-trace.ts';
import { WrittenData } from './written-data.ts';

/** So many ways of one document are compiled: its operations, by the rights and the conditions that they are run under. */
const MAX_PLANS_OF_DOCUMENT = 16;
/** A plan holds so many fields at the most, and all plans together: fragments within fragments grow without end. */
const MAX_FIELDS_OF_PLAN = 1000;
const MAX_FIELDS = 100_000;
const MAX_KEPT_LENGTH = 32 * 1024 * 1024;

interface Compiled {
  readonly conditions: readonly string[];
  readonly definitions: Record<string, FragmentDefinitionNode>;
  /** By operation, rights and conditions; undefined: seen once, null: not to be compiled. */
  readonly plans: Map<string, Plan | null | undefined>;
  /** Fields in all of them. */
  readonly held: { fields: number };
}

function prepare(document: DocumentNode): Compiled {
  return {
    conditions: conditionsOf(document),
    definitions: Object.fromEntries(fragmentDefinitions(document)),
    plans: new Map(),
    held: { fields: 0 },
  };
}

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
      resolvers.set(field, sharingVariantOf(field.resolve) ?? field.resolve);
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
  // Apollo keeps the documents, and bounds them: with one its plans go.
  const documents = new WeakMap<DocumentNode, Compiled>();
  const coercions = new WeakMap<OperationDefinitionNode, ReturnType<typeof coercionOf>>();
  let fieldsHeld = 0;
  const gone = new FinalizationRegistry<{ fields: number }>(({ fields }) => {
    fieldsHeld -= fields;
  });

  function planFor(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
    rights: string,
  ): Plan | null {
    let compiled = documents.get(document);
    if (compiled === undefined) {
      compiled = prepare(document);
      documents.set(document, compiled);
      gone.register(document, compiled.held);
    }
    const { conditions, definitions, plans, held } = compiled;
    const key = `${rights} ${wayOf(operation, conditions, variables)}`;
    if (!plans.has(key)) {
      if (plans.size < MAX_PLANS_OF_DOCUMENT) plans.set(key, undefined);
      return null;
    }
    let plan = plans.get(key);
    if (plan === undefined) {
      // Whatever becomes of it, it is not tried again.
      plans.set(key, null);
      let fields = 0;
      plan =
        compile({
          countField() {
            fields += 1;
            if (fields > MAX_FIELDS_OF_PLAN || fieldsHeld + fields > MAX_FIELDS) throw new NotPlain();
          },
          schema,
          resolverOf: (field) => resolvers.get(field),
          fragments,
          operation,
          definitions,
          variables,
        }) ?? null;
      if (plan !== null) {
        held.fields += fields;
        fieldsHeld += fields;
      }
      plans.set(key, plan);
    }
    return plan;
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
      const plan = planFor(document, operation, coerced, contextValue.caller.rights);
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
