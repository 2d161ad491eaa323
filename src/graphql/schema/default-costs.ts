import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parseConstValue,
  type TypeNode,
  visit,
} from 'graphql';

/** Roots are no objects that a field returns, and `@cost` on them would fall on the neighbours' fields too. */
const ROOTS = new Set(['Query', 'Mutation']);

const free: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'cost' },
  arguments: [
    { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'weight' }, value: parseConstValue('0') },
  ],
};

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

const priced = ({ directives = [] }: ObjectTypeDefinitionNode | InputValueDefinitionNode): boolean =>
  directives.some(({ name }) => name.value === 'cost');

const freed = <Node extends ObjectTypeDefinitionNode | InputValueDefinitionNode>(node: Node): Node => ({
  ...node,
  directives: [...(node.directives ?? []), free],
});

/**
 * Weight 0 for every object and input object that the SDL gives no `@cost`. Routers count 1 for each otherwise; in this
 * schema a weight is a number of calls to AWS, and what the SDL says nothing about costs none.
 */
export function defaultCostToZero(sdl: DocumentNode): DocumentNode {
  const inputs = new Set(
    sdl.definitions.flatMap((definition) =>
      definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ? [definition.name.value] : [],
    ),
  );
  return visit(sdl, {
    ObjectTypeDefinition: (type) => (priced(type) || ROOTS.has(type.name.value) ? undefined : freed(type)),
    InputValueDefinition: (value) =>
      priced(value) || !inputs.has(nameOf(value.type)) ? undefined : freed(value),
  });
}
