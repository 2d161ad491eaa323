import type { Resource } from './resource.ts';

/** The resources of an API. */
interface Tree {
  get(id: string): Resource | undefined;
}

/** The resource and its ancestors, the root last. */
export function lineage(tree: Tree, resource: Resource): Resource[] {
  const line: Resource[] = [];
  for (let next: Resource | undefined = resource; next; next = parentOf(tree, next)) line.push(next);
  return line;
}

const parentOf = (tree: Tree, { parentId }: Resource) =>
  parentId === undefined ? undefined : tree.get(parentId);

export const pathOf = (tree: Tree, resource: Resource): string =>
  `/${lineage(tree, resource)
    .flatMap(({ pathPart }) => pathPart ?? [])
    .reverse()
    .join('/')}`;

/** The ids of a resource and all resources below it, in linear time. */
export function withDescendants(resources: readonly Resource[], id: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const { id: child, parentId } of resources) {
    if (parentId === undefined) continue;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(child);
    else children.set(parentId, [child]);
  }
  const found = new Set([id]);
  // A set can grow while it is iterated.
  for (const parent of found) for (const child of children.get(parent) ?? []) found.add(child);
  return found;
}
