import { assumed } from '../../errors/assumed.ts';
import { badRequest, conflict, notFound } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { lineage } from '../../state/resource-tree.ts';
import type { Resource } from '../../state/resource.ts';
import type { RestApi } from '../../state/store.ts';
import type { PatchOperation } from '../patch.ts';
import { applyReplacements } from '../replacements.ts';

export const isVariable = (pathPart: string) => pathPart.startsWith('{');
export const isGreedy = (pathPart: string) => pathPart.endsWith('+}');

/** Letters, digits and `_ - . , : $` (docs/stage-api.md §5), or a variable. */
export function checkPathPart(pathPart: string) {
  if (pathPart === '') throw badRequest(recorded.pathPartMissing);
  if (!/^([\w.,:$-]+|\{[\w.,:$-]+\+?\})$/.test(pathPart)) throw badRequest(assumed.pathPart);
}

/** A resource with this id may have this place: its name must be free. */
export function checkPlace(api: RestApi, parent: Resource, pathPart: string, id?: string) {
  const parentPart = parent.pathPart ?? '';
  if (isGreedy(parentPart)) throw badRequest(recorded.greedyParent(parentPart));
  const siblings = api.resources
    .values()
    .flatMap((other) => (other.parentId === parent.id && other.id !== id ? (other.pathPart ?? []) : []));
  if (siblings.includes(pathPart)) throw conflict(recorded.resourceExists(pathPart));
  const variable = isVariable(pathPart) ? siblings.find(isVariable) : undefined;
  if (variable !== undefined) throw badRequest(recorded.variableSibling(variable));
}

function move(api: RestApi, resource: Resource, parentId: string): Resource {
  if (resource.parentId === undefined) throw badRequest(recorded.rootMember('parentId'));
  const parent = api.resources.get(parentId);
  if (!parent) throw notFound(recorded.resourceUnknown);
  if (lineage(api.resources, parent).some(({ id }) => id === resource.id))
    throw badRequest(recorded.cyclicResource);
  checkPlace(api, parent, resource.pathPart ?? '', resource.id);
  return { ...resource, parentId };
}

function rename(api: RestApi, resource: Resource, pathPart: string): Resource {
  const parent = api.resources.get(resource.parentId ?? '');
  if (!parent) throw badRequest(recorded.rootMember('pathPart'));
  checkPathPart(pathPart);
  checkPlace(api, parent, pathPart, resource.id);
  return { ...resource, pathPart };
}

export const patchResource = (
  api: RestApi,
  resource: Resource,
  operations: readonly PatchOperation[],
): Resource =>
  applyReplacements(
    resource,
    operations,
    new Map([
      ['/parentId', (item: Resource, value: string) => move(api, item, value)],
      ['/pathPart', (item: Resource, value: string) => rename(api, item, value)],
    ]),
  );
