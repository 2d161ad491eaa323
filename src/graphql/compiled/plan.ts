import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { Path } from 'graphql/jsutils/Path.js';
import { isPureResolver } from '../../resolvers/pure-resolver.ts';
import { isObject, memberOf } from '../../untrusted/unknown-value.ts';
import { Entity } from '../schema/entities.ts';
import { argumentsOf } from './arguments.ts';
import type { Fragments } from './fragments.ts';
import {
  type FieldPlan,
  fieldsPlan,
  isPromise,
  isPure,
  leafPlan,
  listPlan,
  member,
  Bailout,
  nullable,
  pure,
  type Run,
  type ValuePlan,
  mapMaybePromise,
  type WriteText,
  type WriteValue,
} from './value-plan.ts';
import type { Written } from './written.ts';

/** Writes an operation's data as JSON. */
export type Plan = (run: Run) => Written;

export type Resolver = GraphQLFieldResolver<unknown, unknown>;

export interface PlanOptions {
  readonly schema: GraphQLSchema;
  readonly resolverOf: (field: GraphQLField<unknown, unknown>) => Resolver | undefined;
  /** Where pieces are kept; undefined: nowhere. */
  readonly fragments: Fragments | undefined;
  /** Told of every field that the plan comes to hold. */
  readonly countField: () => void;
  readonly operation: OperationDefinitionNode;
  readonly definitions: Record<string, FragmentDefinitionNode>;
  /** What `@skip` and `@include` depend on must be the same in every run, and so must be the caller's rights. */
  readonly variables: Record<string, unknown>;
}

/** Compiles an operation that is valid for the schema; undefined where a plan does not do all of it. */
export function compile(options: PlanOptions): Plan | undefined {
  const { schema, resolverOf, fragments, countField, operation, definitions, variables } = options;
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || root == null) return undefined;

  function objectPlan(type: GraphQLObjectType, nodes: readonly FieldNode[]): ValuePlan {
    if (type.isTypeOf != null) throw new Bailout();
    return selectionPlan(type, collectSubfields(schema, definitions, variables, type, nodes));
  }

  function selectionPlan(
    type: GraphQLObjectType,
    selected: ReadonlyMap<string, readonly FieldNode[]>,
  ): ValuePlan {
    return fieldsPlan(
      [...selected].map(([key, fieldNodes]) => fieldPlan(type, key, fieldNodes)),
      fragments,
    );
  }

  function entityOf(value: unknown): Entity {
    if (value instanceof Entity) return value;
    const typeName = memberOf(value, '__typename');
    if (typeof typeName !== 'string' || !isObject(value)) throw new Bailout();
    return new Entity(typeName, value);
  }

  function abstractPlan(type: GraphQLAbstractType, nodes: readonly FieldNode[]): ValuePlan {
    const plans = new Map(
      schema.getPossibleTypes(type).map((possible) => [possible.name, objectPlan(possible, nodes)]),
    );
    const write: WriteValue = (value, run, path) => {
      const { typeName, object } = entityOf(value);
      const plan = plans.get(typeName);
      if (plan === undefined) throw new Bailout();
      return plan.write(object, run, path);
    };
    return { write, text: undefined, size: 1 };
  }

  function compositePlan(type: GraphQLOutputType, nodes: readonly FieldNode[]): ValuePlan {
    if (isLeafType(type)) return leafPlan(type);
    if (isListType(type)) return listPlan(valuePlan(type.ofType, nodes));
    if (isNonNullType(type)) throw new Bailout();
    return isObjectType(type) ? objectPlan(type, nodes) : abstractPlan(type, nodes);
  }

  function valuePlan(type: GraphQLOutputType, nodes: readonly FieldNode[]): ValuePlan {
    const isNullable = !isNonNullType(type);
    return nullable(compositePlan(isNullable ? type : type.ofType, nodes), isNullable);
  }

  function fieldPlan(
    parentType: GraphQLObjectType,
    key: string,
    fieldNodes: readonly FieldNode[],
  ): FieldPlan {
    countField();
    const [node] = fieldNodes;
    const prefix = `${JSON.stringify(key)}:`;
    if (node === undefined) throw new Bailout();
    if (node.name.value === '__typename') {
      const name = JSON.stringify(parentType.name);
      return { prefix, ...pure(() => name, 1) };
    }
    const field = parentType.getFields()[node.name.value];
    if (field === undefined) throw new Bailout();
    const value = valuePlan(field.type, fieldNodes);
    const resolver = resolverOf(field);
    if (resolver === undefined) {
      if (isPure(value)) {
        return { prefix, ...pure((parent, run) => value.text(member(parent, field.name), run), value.size) };
      }
      const write: WriteValue = (parent, run, path) =>
        value.write(member(parent, field.name), run, { prev: path, key, typename: parentType.name });
      return { prefix, write, text: undefined, size: value.size };
    }
    return resolvedField({ parentType, key, fieldNodes, node, field, resolver, value, prefix });
  }

  interface Resolved {
    readonly parentType: GraphQLObjectType;
    readonly key: string;
    readonly fieldNodes: readonly FieldNode[];
    readonly node: FieldNode;
    readonly field: GraphQLField<unknown, unknown>;
    readonly resolver: Resolver;
    readonly value: ValuePlan;
    readonly prefix: string;
  }

  function resolvedField(resolved: Resolved): FieldPlan {
    const { parentType, key, fieldNodes, node, field, resolver, value, prefix } = resolved;
    const infoOf = (path: Path, run: Run): GraphQLResolveInfo => ({
      fieldName: field.name,
      fieldNodes,
      returnType: field.type,
      parentType,
      path,
      schema,
      fragments: definitions,
      rootValue: undefined,
      operation,
      variableValues: run.variables,
    });
    const argsOf = argumentsOf(field, node, variables);
    const resolve = (parent: unknown, run: Run, path: Path): unknown =>
      resolver(parent, argsOf(run.variables), run.context, infoOf(path, run));
    if (isPure(value) && field.args.length === 0 && isPureResolver(resolver)) {
      const text: WriteText = (parent, run) => {
        const result = resolve(parent, run, { prev: undefined, key, typename: parentType.name });
        if (isPromise(result)) throw new Bailout();
        return value.text(result, run);
      };
      return { prefix, ...pure(text, value.size) };
    }
    const write: WriteValue = (parent, run, above) => {
      const path = { prev: above, key, typename: parentType.name };
      return mapMaybePromise(resolve(parent, run, path), value.write, run, path);
    };
    return { prefix, write, text: undefined, size: value.size };
  }

  try {
    const fields = collectFields(schema, definitions, variables, root, operation.selectionSet);
    const data = selectionPlan(root, fields);
    return (run) => data.write(undefined, run, undefined);
  } catch {
    // Not plain, or wrong: graphql-js words it.
    return undefined;
  }
}
