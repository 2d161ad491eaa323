import {
  type FieldNode,
  type FragmentDefinitionNode,
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

/** How long a list is taken to be that nothing is said of. AWS allows an API ten stages. */
const USUAL_LENGTH = 10;

export interface AnswerSize {
  /** Fields, each as often as it will be in the answer. */
  readonly fields: number;
  /** Entities that a router asks for. */
  readonly representations: number;
  /** Whether it is the same whatever the variables are. */
  readonly isFixed: boolean;
}

type Field = GraphQLField<unknown, unknown>;

export interface SizedOperation {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * How large the answer will be, told before anything is executed: what lies in the store costs no call to AWS, and
 * stages within APIs within stages would grow without end.
 */
export function answerSizeOf({ schema, operation, fragments, variables }: SizedOperation): AnswerSize {
  const known = new Map<string, number>();
  let representations = 0;
  let isFixed = true;

  const defaults = new Map(
    operation.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
  );

  const valueOf = (node: ValueNode | undefined): unknown => {
    if (node === undefined) return undefined;
    if (node.kind === Kind.VARIABLE) {
      isFixed = false;
      const { value } = node.name;
      return Object.hasOwn(variables, value) ? variables[value] : valueOf(defaults.get(value));
    }
    if (node.kind === Kind.INT) return Number(node.value);
    return node.kind === Kind.LIST ? node.values : undefined;
  };
  /** As the field will get it: a null stands for the default. */
  const argument = ({ arguments: given }: FieldNode, { args }: Field, name: string): unknown =>
    valueOf(given?.find((each) => each.name.value === name)?.value) ??
    args.find((each) => each.name === name)?.defaultValue;

  /** Of a list, or of the lists within a connection. */
  function lengthOf(node: FieldNode, field: Field, usual: number): number {
    const first = argument(node, field, 'first');
    if (typeof first === 'number') return Math.max(1, first);
    const asked = argument(node, field, 'representations');
    if (!Array.isArray(asked)) return usual;
    representations += asked.length;
    return asked.length;
  }

  function ofField(node: FieldNode, field: Field, within: number): number {
    const { selectionSet } = node;
    const { type } = field;
    const named = getNamedType(type);
    const isConnection = named.name.endsWith('Connection');
    const length = lengthOf(node, field, isConnection ? USUAL_LENGTH : within);
    if (selectionSet === undefined || !isCompositeType(named)) return 1;
    const inner = ofSet(selectionSet, named, isConnection ? length : USUAL_LENGTH);
    return 1 + (isListType(getNullableType(type)) ? length : 1) * inner;
  }

  function ofFragment(name: string, within: number): number {
    const key = `${name}/${within}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const fragment = fragments.get(name);
    const type = fragment === undefined ? undefined : schema.getType(fragment.typeCondition.name.value);
    if (fragment === undefined || !isCompositeType(type)) return 0;
    const size = ofSet(fragment.selectionSet, type, within);
    known.set(key, size);
    return size;
  }

  function ofSet({ selections }: SelectionSetNode, type: GraphQLCompositeType, within: number): number {
    let total = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
        const field = fields[selection.name.value];
        // Those of introspection, and `__typename`, are of no great number.
        total += field === undefined ? 1 : ofField(selection, field, within);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        total += ofFragment(selection.name.value, within);
      } else {
        const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
        total += ofSet(selection.selectionSet, isCompositeType(condition) ? condition : type, within);
      }
    }
    return total;
  }

  const root = schema.getRootType(operation.operation);
  const fields = root == null ? 0 : ofSet(operation.selectionSet, root, USUAL_LENGTH);
  return { fields, representations, isFixed };
}
