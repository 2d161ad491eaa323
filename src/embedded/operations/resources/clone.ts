import type { Integration, Method, Resource } from '../../state/resource.ts';
import type { RestApi } from '../../state/store.ts';
import type { Context } from '../operation.ts';

/** The resources of an API with ids of their own, for the API with this root. Everything that names an id follows. */
export function cloneResources(context: Context, { resources }: RestApi, rootResourceId: string): Resource[] {
  const originals = resources.values();
  const ids = new Map(
    originals.map(({ id, parentId }) => [id, parentId === undefined ? rootResourceId : context.newId(6)]),
  );
  const cloneIntegration = (integration: Integration): Integration => ({
    ...integration,
    cacheNamespace: ids.get(integration.cacheNamespace) ?? integration.cacheNamespace,
  });
  const cloneMethod = (method: Method): Method => ({
    ...method,
    methodIntegration: method.methodIntegration && cloneIntegration(method.methodIntegration),
  });
  return originals.map(({ id, parentId, pathPart, resourceMethods }) => ({
    id: ids.get(id) ?? id,
    ...(parentId !== undefined && { parentId: ids.get(parentId) ?? parentId, pathPart }),
    resourceMethods: Object.fromEntries(
      Object.entries(resourceMethods).map(([verb, method]) => [verb, cloneMethod(method)] as const),
    ),
  }));
}
