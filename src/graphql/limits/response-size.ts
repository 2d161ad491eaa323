import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Fragments } from '../documents/index.ts';

/** The assumed length of a list whose length is unknown. AWS's quota is ten stages per API. */
const DEFAULT_LENGTH = 10;

/** Arguments that list the keys of entities: of `_entities` and of `nodes`. */
const BY_KEYS = ['representations', 'ids'] as const;

export interface ResponseSize {
  readonly fields: number;
  /** The number of entities that are asked for by their keys. */
  readonly representations: number;
  /** Whether the size does not depend on variables. */
  readonly isFixed: boolean;
}

type Field = GraphQLField<unknown, unknown>;

interface SizedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The estimate of one operation, in progress. */
interface Estimate extends SizedOperation {
  readonly defaults: ReadonlyMap<string, ValueNode | undefined>;
  /** Each fragment is measured once. */
  readonly fragmentSizes: Map<string, number>;
  representations: number;
  isFixed: boolean;
}

/**
 * Estimates the size of the response before execution. Cached values cost no call to AWS, but stages within APIs within
 * stages grow exponentially.
 */
export function responseSizeOf(sized: SizedOperation): ResponseSize {
  const { schema, operation } = sized;
  const definitions = operation.variableDefinitions ?? [];
  const estimate: Estimate = {
    ...sized,
    defaults: new Map(definitions.map(({ variable, defaultValue }) => [variable.name.value, defaultValue])),
    fragmentSizes: new Map(),
    representations: 0,
    isFixed: true,
  };
  const root = schema.getRootType(operation.operation);
  const fields = root == null ? 0 : sizeOfSet(estimate, operation.selectionSet, root, DEFAULT_LENGTH);
  const { representations, isFixed } = estimate;
  return { fields, representations, isFixed };
}

function sizeOfSet(
  estimate: Estimate,
  { selections }: SelectionSetNode,
  type: GraphQLCompositeType,
  length: number,
): number {
  let total = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
      const field = fields[selection.name.value];
      // Introspection has a limit of its own.
      total += field === undefined ? 1 : sizeOfField(estimate, selection, field, length);
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      total += sizeOfFragment(estimate, selection.name.value, length);
    } else {
      const { typeCondition, selectionSet } = selection;
      const condition = typeCondition && estimate.schema.getType(typeCondition.name.value);
      total += sizeOfSet(estimate, selectionSet, isCompositeType(condition) ? condition : type, length);
    }
  }
  return total;
}

function sizeOfFragment(estimate: Estimate, name: string, length: number): number {
  const { schema, fragments, fragmentSizes } = estimate;
  const key = `${name}/${length}`;
  const known = fragmentSizes.get(key);
  if (known !== undefined) return known;
  const fragment = fragments.get(name);
  const type = fragment === undefined ? undefined : schema.getType(fragment.typeCondition.name.value);
  if (fragment === undefined || !isCompositeType(type)) return 0;
  const size = sizeOfSet(estimate, fragment.selectionSet, type, length);
  fragmentSizes.set(key, size);
  return size;
}

/** `length` is that of a list which has no argument for it: a connection passes its own on to its lists. */
function sizeOfField(estimate: Estimate, node: FieldNode, field: Field, length: number): number {
  const type = getNamedType(field.type);
  const isConnection = type.name.endsWith('Connection');
  const ownLength = lengthOf(estimate, node, field, isConnection ? DEFAULT_LENGTH : length);
  if (node.selectionSet === undefined || !isCompositeType(type)) return 1;
  const inner = sizeOfSet(estimate, node.selectionSet, type, isConnection ? ownLength : DEFAULT_LENGTH);
  return 1 + (isListType(getNullableType(field.type)) ? ownLength : 1) * inner;
}

/** The length of a field's list, or of the lists in its connection. */
function lengthOf(estimate: Estimate, node: FieldNode, field: Field, byDefault: number): number {
  const first = argumentOf(estimate, node, field, 'first');
  if (typeof first === 'number') return Math.max(1, first);
  const [entities] = BY_KEYS.map((name) => argumentOf(estimate, node, field, name)).filter(Array.isArray);
  if (entities === undefined) return byDefault;
  estimate.representations += entities.length;
  return entities.length;
}

/** Null stands for the default, as in the resolvers. */
const argumentOf = (estimate: Estimate, node: FieldNode, { args }: Field, name: string): unknown =>
  valueOf(estimate, node.arguments?.find((argument) => argument.name.value === name)?.value) ??
  args.find((argument) => argument.name === name)?.defaultValue;

function valueOf(estimate: Estimate, node: ValueNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === Kind.VARIABLE) {
    estimate.isFixed = false;
    const { variables, defaults } = estimate;
    const { value: name } = node.name;
    return Object.hasOwn(variables, name) ? variables[name] : valueOf(estimate, defaults.get(name));
  }
  if (node.kind === Kind.INT) return Number(node.value);
  return node.kind === Kind.LIST ? node.values : undefined;
}
