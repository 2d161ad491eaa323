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
import { argumentsOf } from './arguments.ts';
import type { CreateFragmentCache } from './fragment-cache.ts';
import { jsonOfName, type JsonText } from './json-text.ts';
import { TypedObject } from './typed-object.ts';
import {
  Bailout,
  type FieldPlan,
  fieldsPlan,
  isPromise,
  isPure,
  leafPlan,
  listPlan,
  mapMaybePromise,
  memberValue,
  nullable,
  purePlan,
  type Run,
  type ValuePlan,
  type Write,
  type WritePure,
} from './value-plan.ts';

/** The same field, as often as the operation selects it. */
type FieldNodes = readonly FieldNode[];

/** Executes an operation and serializes its data. */
export type CompiledPlan = (run: Run) => JsonText;

export type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** What is compiled, and for what. */
export interface Compilation {
  readonly schema: GraphQLSchema;
  readonly resolverOf: (field: GraphQLField<unknown, unknown>) => Resolver | undefined;
  readonly typeNameOf: (value: unknown) => string | undefined;
  /** Undefined: fragments are not cached. */
  readonly createFragmentCache: CreateFragmentCache | undefined;
  /** Called for each field of the plan. It may throw a Bailout. */
  readonly countField: () => void;
  readonly operation: OperationDefinitionNode;
  readonly definitions: Record<string, FragmentDefinitionNode>;
  /** The conditions of `@skip` and `@include` must have these values in every run. */
  readonly variables: Record<string, unknown>;
}

interface ResolvedField {
  readonly parentType: GraphQLObjectType;
  readonly key: string;
  readonly nodes: FieldNodes;
  readonly node: FieldNode;
  readonly field: GraphQLField<unknown, unknown>;
  readonly resolver: Resolver;
}

/** Compiles a valid query; undefined if graphql-js has to execute it. */
export function compile(compilation: Compilation): CompiledPlan | undefined {
  const { schema, operation, definitions, variables } = compilation;
  const root = schema.getQueryType();
  if (operation.operation !== OperationTypeNode.QUERY || root == null) return undefined;
  try {
    const fields = collectFields(schema, definitions, variables, root, operation.selectionSet);
    const data = selectionPlan(compilation, root, fields);
    return (run) => data.write(undefined, run, undefined);
  } catch {
    // A bailout, or an error that graphql-js meets again.
    return undefined;
  }
}

function selectionPlan(
  compilation: Compilation,
  type: GraphQLObjectType,
  selected: ReadonlyMap<string, FieldNodes>,
): ValuePlan {
  const fields = [...selected].map(([key, nodes]) => fieldPlan(compilation, type, key, nodes));
  return fieldsPlan(fields, compilation.createFragmentCache);
}

function objectPlan(compilation: Compilation, type: GraphQLObjectType, nodes: FieldNodes): ValuePlan {
  if (type.isTypeOf != null) throw new Bailout();
  const { schema, definitions, variables } = compilation;
  return selectionPlan(compilation, type, collectSubfields(schema, definitions, variables, type, nodes));
}

function typedObjectOf(value: unknown, { typeNameOf }: Compilation): TypedObject {
  if (value instanceof TypedObject) return value;
  const typeName = memberOf(value, '__typename') ?? typeNameOf(value);
  if (typeof typeName !== 'string' || !isObject(value)) throw new Bailout();
  return new TypedObject(typeName, value);
}

function abstractPlan(compilation: Compilation, type: GraphQLAbstractType, nodes: FieldNodes): ValuePlan {
  const types = compilation.schema.getPossibleTypes(type);
  const plans = new Map(types.map((each) => [each.name, objectPlan(compilation, each, nodes)]));
  const write: Write = (value, run, path) => {
    const { typeName, object } = typedObjectOf(value, compilation);
    const plan = plans.get(typeName);
    if (plan === undefined) throw new Bailout();
    return plan.write(object, run, path);
  };
  return { write, writePure: undefined, size: 1 };
}

function nonNullPlan(compilation: Compilation, type: GraphQLOutputType, nodes: FieldNodes): ValuePlan {
  if (isLeafType(type)) return leafPlan(type);
  if (isListType(type)) return listPlan(valuePlan(compilation, type.ofType, nodes));
  if (isNonNullType(type)) throw new Bailout();
  return isObjectType(type) ? objectPlan(compilation, type, nodes) : abstractPlan(compilation, type, nodes);
}

function valuePlan(compilation: Compilation, type: GraphQLOutputType, nodes: FieldNodes): ValuePlan {
  const isNullable = !isNonNullType(type);
  return nullable(nonNullPlan(compilation, isNullable ? type : type.ofType, nodes), isNullable);
}

function fieldPlan(
  compilation: Compilation,
  parentType: GraphQLObjectType,
  key: string,
  nodes: FieldNodes,
): FieldPlan {
  compilation.countField();
  const [node] = nodes;
  if (node === undefined) throw new Bailout();
  const prefix = `${jsonOfName(key)}:`;
  if (node.name.value === '__typename') {
    const name = jsonOfName(parentType.name);
    return { prefix, ...purePlan(() => name, 1) };
  }
  const field = parentType.getFields()[node.name.value];
  // Introspection is not compiled.
  if (field === undefined) throw new Bailout();
  const value = valuePlan(compilation, field.type, nodes);
  const resolver = compilation.resolverOf(field);
  const plan =
    resolver === undefined
      ? memberPlan(field.name, parentType, key, value)
      : resolvedPlan(compilation, { parentType, key, nodes, node, field, resolver }, value);
  return { prefix, ...plan };
}

function memberPlan(name: string, parentType: GraphQLObjectType, key: string, value: ValuePlan): ValuePlan {
  if (isPure(value)) {
    return purePlan((parent, run) => value.writePure(memberValue(parent, name), run), value.size);
  }
  const write: Write = (parent, run, path) =>
    value.write(memberValue(parent, name), run, { prev: path, key, typename: parentType.name });
  return { write, writePure: undefined, size: value.size };
}

function resolvedPlan(
  { schema, definitions, operation, variables }: Compilation,
  { parentType, key, nodes, node, field, resolver }: ResolvedField,
  value: ValuePlan,
): ValuePlan {
  const infoOf = (path: Path, run: Run): GraphQLResolveInfo => ({
    fieldName: field.name,
    fieldNodes: nodes,
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
    const writePure: WritePure = (parent, run) => {
      const result = resolve(parent, run, { prev: undefined, key, typename: parentType.name });
      if (isPromise(result)) throw new Bailout();
      return value.writePure(result, run);
    };
    return purePlan(writePure, value.size);
  }
  const write: Write = (parent, run, parentPath) => {
    const path = { prev: parentPath, key, typename: parentType.name };
    return mapMaybePromise(resolve(parent, run, path), value.write, run, path);
  };
  return { write, writePure: undefined, size: value.size };
}
