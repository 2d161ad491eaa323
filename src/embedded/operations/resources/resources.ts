import { assumed } from '../../errors/assumed.ts';
import { badRequest } from '../../errors/aws-exception.ts';
import { checkPathPart, checkPlace, patchResource } from '../../rules/resources/resource.ts';
import { pathOf, withDescendants } from '../../state/resource-tree.ts';
import type { Resource } from '../../state/resource.ts';
import type { RestApi } from '../../state/store.ts';
import { readInput } from '../../wire/input.ts';
import type { JsonObject } from '../../wire/json.ts';
import { addressedApi, readPage, type Operation } from '../operation.ts';
import { readPatchOperations } from '../patch-operations.ts';
import { addressedResource } from './addressed.ts';

/** Without `embed=methods`, only the names of the methods. */
function toWire(api: RestApi, resource: Resource, query: URLSearchParams): JsonObject {
  const { resourceMethods, ...members } = resource;
  const verbs = Object.keys(resourceMethods);
  const names = Object.fromEntries(verbs.map((verb) => [verb, {}]));
  return {
    ...members,
    path: pathOf(api.resources, resource),
    resourceMethods:
      verbs.length === 0 ? undefined : query.getAll('embed').includes('methods') ? resourceMethods : names,
  };
}

export const getResources: Operation = (context, call) => {
  const api = addressedApi(context, call);
  return readPage(api.resources, call.query, (resource) => toWire(api, resource, call.query));
};

export const getResource: Operation = (context, call) => {
  const { api, resource } = addressedResource(context, call);
  return toWire(api, resource, call.query);
};

export const createResource: Operation = (context, call) => {
  const pathPart = readInput(call.body, 'createResourceInput', (members) =>
    members.requiredString('pathPart'),
  );
  const { api, resource: parent } = addressedResource(context, call, 'parentId');
  checkPathPart(pathPart);
  checkPlace(api, parent, pathPart);
  const resource: Resource = { id: context.newId(6), parentId: parent.id, pathPart, resourceMethods: {} };
  api.resources.set(resource.id, resource);
  return toWire(api, resource, call.query);
};

export const updateResource: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateResourceInput');
  const { api, resource } = addressedResource(context, call);
  const patched = patchResource(api, resource, operations);
  api.resources.set(patched.id, patched);
  return toWire(api, patched, call.query);
};

/** Deletes the resources below it, too. */
export const deleteResource: Operation = (context, call) => {
  const { api, resource } = addressedResource(context, call);
  if (resource.parentId === undefined) throw badRequest(assumed.rootDeleted);
  for (const id of withDescendants(api.resources.values(), resource.id)) api.resources.delete(id);
  return undefined;
};
