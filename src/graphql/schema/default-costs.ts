import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parseConstValue,
  visit,
} from 'graphql';
import { nameOfType } from './type-names.ts';

/** No field returns a root, and `@cost` on a root would apply to the root fields of other subgraphs too. */
const ROOTS = new Set(['Query', 'Mutation']);

const zeroCost: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'cost' },
  arguments: [
    { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'weight' }, value: parseConstValue('0') },
  ],
};

const hasCost = ({ directives = [] }: ObjectTypeDefinitionNode | InputValueDefinitionNode): boolean =>
  directives.some(({ name }) => name.value === 'cost');

const withZeroCost = <Node extends ObjectTypeDefinitionNode | InputValueDefinitionNode>(
  node: Node,
): Node => ({
  ...node,
  directives: [...(node.directives ?? []), zeroCost],
});

/**
 * Adds `@cost(weight: 0)` to every object and input object without `@cost`: a router's default is 1. In this schema a weight
 * is a number of calls to AWS.
 */
export function defaultCostToZero(sdl: DocumentNode): DocumentNode {
  const inputTypes = sdl.definitions.filter((each) => each.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION);
  const inputs = new Set(inputTypes.map(({ name }) => name.value));
  return visit(sdl, {
    ObjectTypeDefinition: (type) =>
      hasCost(type) || ROOTS.has(type.name.value) ? undefined : withZeroCost(type),
    InputValueDefinition: (value) =>
      hasCost(value) || !inputs.has(nameOfType(value.type)) ? undefined : withZeroCost(value),
  });
}
