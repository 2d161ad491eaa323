import type { NodeResolvers } from '../__generated__/types.ts';
import { type NodeKind, nodeKindOf } from '../datasources/inputs/global-id.ts';
import { textOf } from '../untrusted/unknown-value.ts';

/** The type of a node, by its id; undefined for any other value. */
export function nodeTypeOf(value: unknown): NodeKind | undefined {
  const id = textOf(value, 'id');
  return id === undefined ? undefined : nodeKindOf(id);
}

export const Node: NodeResolvers = { __resolveType: (node) => nodeTypeOf(node) ?? null };
