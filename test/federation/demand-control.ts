import {
  type ArgumentNode,
  type FieldNode,
  getDirectiveValues,
  getNamedType,
  type GraphQLArgument,
  GraphQLDirective,
  GraphQLInt,
  type GraphQLField,
  GraphQLList,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  isInputObjectType,
  isListType,
  isObjectType,
  Kind,
  getNullableType,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

const costDirective = new GraphQLDirective({
  name: 'cost',
  locations: [],
  args: { weight: { type: GraphQLInt } },
});
const listSizeDirective = new GraphQLDirective({
  name: 'listSize',
  locations: [],
  args: {
    assumedSize: { type: GraphQLInt },
    slicingArguments: { type: new GraphQLList(GraphQLString) },
    sizedFields: { type: new GraphQLList(GraphQLString) },
  },
});

/** The size that routers assume for a list of unknown size. */
const ANY_LIST = 10;

interface Annotated {
  readonly astNode?: Parameters<typeof getDirectiveValues>[1] | null | undefined;
}

export const weightOf = ({ astNode }: Annotated): number | undefined =>
  getDirectiveValues(costDirective, astNode ?? {})?.weight as number | undefined;

function argumentCost(definition: GraphQLArgument, value: unknown): number {
  if (value === null || value === undefined) return 0;
  const weight = weightOf(definition);
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + argumentCost(definition, item), weight ?? 0);
  }
  const type = getNamedType(definition.type);
  if (!isInputObjectType(type)) return weight ?? 0;
  const fields = type.getFields();
  return Object.entries(value).reduce((sum, [name, member]) => {
    const field = fields[name];
    return field === undefined ? sum : sum + argumentCost(field, member);
  }, weight ?? 1);
}

interface ListSize {
  readonly size: number | undefined;
  readonly sizedFields: readonly string[];
}

function listSizeOf(field: GraphQLField<unknown, unknown>, args: Record<string, unknown>): ListSize {
  const said = getDirectiveValues(listSizeDirective, field.astNode ?? {}) as
    { assumedSize?: number; slicingArguments?: string[]; sizedFields?: string[] } | undefined;
  const slices = (said?.slicingArguments ?? []).flatMap((name) => {
    const value = args[name] ?? field.args.find((argument) => argument.name === name)?.defaultValue;
    return typeof value === 'number' ? [value] : [];
  });
  const size = slices.length > 0 ? Math.max(...slices) : said?.assumedSize;
  return { size, sizedFields: said?.sizedFields ?? [] };
}

/**
 * What an operation costs before it is run, as Apollo Router's demand control reckons it from `@cost` and `@listSize`
 * (https://www.apollographql.com/docs/graphos/routing/security/demand-control): fields without fragments suffice here.
 */
export function estimate(
  schema: GraphQLSchema,
  query: string,
  variables: Record<string, unknown> = {},
): number {
  const valueOf = ({ value }: ArgumentNode): unknown => valueFromASTUntyped(value, variables);

  function fieldCost(parent: GraphQLObjectType, node: FieldNode, upstream: ListSize): number {
    const field = parent.getFields()[node.name.value];
    if (field === undefined) return 0;
    const args = Object.fromEntries(
      (node.arguments ?? []).map((argument) => [argument.name.value, valueOf(argument)]),
    );
    const own = listSizeOf(field, args);
    const fromUpstream = upstream.sizedFields.includes(field.name) ? upstream.size : undefined;
    const count = isListType(getNullableType(field.type)) ? (fromUpstream ?? own.size ?? ANY_LIST) : 1;
    const type = getNamedType(field.type);
    const weight = weightOf(field) ?? weightOf(type as Annotated) ?? (isObjectType(type) ? 1 : 0);
    const below = isObjectType(type) && node.selectionSet ? selectionCost(type, node.selectionSet, own) : 0;
    const given = field.args.reduce((sum, argument) => sum + argumentCost(argument, args[argument.name]), 0);
    return count * (weight + below) + given;
  }

  const selectionCost = (
    parent: GraphQLObjectType,
    { selections }: SelectionSetNode,
    upstream: ListSize,
  ): number =>
    selections.reduce(
      (sum, selection) =>
        selection.kind === Kind.FIELD ? sum + fieldCost(parent, selection, upstream) : sum,
      0,
    );

  const operation = parse(query).definitions[0] as OperationDefinitionNode;
  const root = schema.getRootType(operation.operation);
  if (root == null) throw new Error(`no ${operation.operation}`);
  const base = operation.operation === OperationTypeNode.MUTATION ? 10 : 0;
  return base + selectionCost(root, operation.selectionSet, { size: undefined, sizedFields: [] });
}
