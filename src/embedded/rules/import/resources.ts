import { assumed } from '../../errors/assumed.ts';
import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import type { Resource } from '../../state/resource.ts';
import { checkPathPart, isGreedy, isVariable } from '../resources/resource.ts';
import { attempt, type Findings } from './findings.ts';

/** Resources by path, in order of creation; the root has the path `''`. */
export type PathTree = Map<string, Resource>;

/** The resources of an API by path, in linear time. A resource can come before its parent. */
export function toPathTree(resources: readonly Resource[]): PathTree {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const paths = new Map<string, string>();
  const pathOf = (resource: Resource): string => {
    // Without recursion, because a path can have many parts.
    const line: Resource[] = [];
    let next: Resource | undefined = resource;
    while (next && !paths.has(next.id)) {
      line.push(next);
      next = byId.get(next.parentId ?? '');
    }
    for (const { id, parentId, pathPart } of line.toReversed())
      paths.set(id, pathPart === undefined ? '' : `${paths.get(parentId ?? '') ?? ''}/${pathPart}`);
    return paths.get(resource.id) ?? '';
  };
  return new Map(resources.map((resource) => [pathOf(resource), resource]));
}

export const partsOf = (path: string): string[] => path.replace(/^\/|\/$/g, '').split('/');

const joined = (parts: readonly string[]) => parts.map((part) => `/${part}`).join('');

/**
 * Adds resources to `tree` for their paths. A path that `before` has keeps its id (recorded). Returns a function that
 * gives the resource of a path, or undefined with an error in the findings.
 */
export function growTree(
  tree: PathTree,
  before: PathTree,
  newId: () => string,
  findings: Findings,
): (parts: readonly string[]) => Resource | undefined {
  const variables = new Map<string, string>();
  for (const [path, { pathPart }] of tree)
    if (pathPart !== undefined && isVariable(pathPart))
      variables.set(path.slice(0, path.lastIndexOf('/')), pathPart);

  function add(path: string, parentPath: string, parent: Resource, pathPart: string): Resource {
    checkPathPart(pathPart);
    if (isGreedy(parent.pathPart ?? '')) throw badRequest(recorded.greedyParent(parent.pathPart ?? ''));
    if (isVariable(pathPart)) {
      const sibling = variables.get(parentPath);
      if (sibling !== undefined) throw badRequest(recorded.variableSibling(sibling));
      variables.set(parentPath, pathPart);
    }
    const id = before.get(path)?.id ?? newId();
    const resource = { id, parentId: parent.id, pathPart, resourceMethods: {} };
    tree.set(path, resource);
    return resource;
  }

  return (parts) =>
    attempt(findings, `Unable to create resource at path '${joined(parts)}'`, () => {
      if (parts.length > assumed.maxPathParts) throw badRequest(assumed.pathTooDeep);
      let path = '';
      let resource = tree.get(path);
      for (const part of parts) {
        const parentPath = path;
        path = `${path}/${part}`;
        resource = tree.get(path) ?? (resource && add(path, parentPath, resource, part));
      }
      return resource;
    });
}
