import { notFound, validation } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { type Integration, type Method, type Resource, statusCodePattern } from '../../state/resource.ts';
import type { RestApi } from '../../state/store.ts';
import type { Call, Context } from '../operation.ts';

export interface AddressedMethod {
  readonly api: RestApi;
  readonly resource: Resource;
  readonly method: Method;
}

const own = <T>(map: Readonly<Record<string, T>> | undefined, key: string) =>
  map && Object.hasOwn(map, key) ? map[key] : undefined;

/** AWS names the resource, also for an unknown API (recorded). */
export function addressedResource(
  context: Context,
  call: Call,
  label: 'resourceId' | 'parentId' = 'resourceId',
): Omit<AddressedMethod, 'method'> {
  const api = context.store.restApis.get(call.label('restApiId'));
  const resource = api?.resources.get(call.label(label));
  if (!api || !resource) throw notFound(recorded.resourceUnknown);
  return { api, resource };
}

/** The method in the path of the request, with its resource and API. */
export function addressedMethod(context: Context, call: Call): AddressedMethod {
  const { api, resource } = addressedResource(context, call);
  const method = own(resource.resourceMethods, call.label('httpMethod'));
  if (!method) throw notFound(recorded.methodUnknown);
  return { api, resource, method };
}

/** The integration of the method in the path of the request. */
export function addressedIntegration(
  context: Context,
  call: Call,
): AddressedMethod & { readonly integration: Integration } {
  const place = addressedMethod(context, call);
  const integration = place.method.methodIntegration;
  if (!integration) throw notFound(recorded.integrationUnknown);
  return { ...place, integration };
}

/** The response with the status code in the path of the request. */
export function addressedResponse<T>(responses: Readonly<Record<string, T>> | undefined, call: Call): T {
  const response = own(responses, call.label('statusCode'));
  if (response === undefined) throw notFound(recorded.responseUnknown);
  return response;
}

/** AWS reports them after those of the body. */
export function statusCodeViolations(call: Call): string[] {
  const statusCode = call.label('statusCode');
  return new RegExp(`^${statusCodePattern}$`).test(statusCode)
    ? []
    : [recorded.patternMismatch(statusCode, 'statusCode', statusCodePattern)];
}

export function checkStatusCode(call: Call) {
  const violations = statusCodeViolations(call);
  if (violations.length > 0) throw validation(violations);
}

export const writeMethod = ({ api, resource }: Omit<AddressedMethod, 'method'>, method: Method) =>
  api.resources.set(resource.id, {
    ...resource,
    resourceMethods: { ...resource.resourceMethods, [method.httpMethod]: method },
  });
