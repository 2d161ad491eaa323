import { badRequest, conflict } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import {
  checkMethod,
  checkValidator,
  parseAuthorizationType,
  patchMethod,
} from '../../rules/resources/method.ts';
import { withoutKey } from '../../rules/without-key.ts';
import { httpMethods, type Method } from '../../state/resource.ts';
import { type Members, readInput } from '../../wire/input.ts';
import type { Operation } from '../operation.ts';
import { readPatchOperations } from '../patch-operations.ts';
import { addressedMethod, addressedResource, writeMethod } from './addressed.ts';

const readMethod = (members: Members) => ({
  authorizationType: members.requiredString('authorizationType'),
  // Read for its type: no authorizer is valid.
  authorizerId: members.string('authorizerId'),
  apiKeyRequired: members.boolean('apiKeyRequired'),
  operationName: members.string('operationName'),
  requestParameters: members.booleanMap('requestParameters'),
  requestModels: members.stringMap('requestModels'),
  requestValidatorId: members.string('requestValidatorId'),
  authorizationScopes: members.strings('authorizationScopes'),
});

/** In the recorded order of AWS's checks. */
export const putMethod: Operation = (context, call) => {
  const input = readInput(call.body, 'putMethodInput', readMethod);
  const { api, resource } = addressedResource(context, call);
  const httpMethod = httpMethods.find((verb) => verb === call.label('httpMethod'));
  if (!httpMethod) throw badRequest(recorded.httpMethod(httpMethods));
  if (resource.resourceMethods[httpMethod]) throw conflict(recorded.methodExists);
  const method: Method = {
    httpMethod,
    authorizationType: parseAuthorizationType(input.authorizationType),
    apiKeyRequired: input.apiKeyRequired ?? false,
    operationName: input.operationName,
    requestParameters: input.requestParameters,
    requestModels: input.requestModels,
    authorizationScopes: input.authorizationScopes,
  };
  checkValidator(input.requestValidatorId);
  checkMethod(method);
  writeMethod({ api, resource }, method);
  return method;
};

export const getMethod: Operation = (context, call) => addressedMethod(context, call).method;

export const updateMethod: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateMethodInput');
  const place = addressedMethod(context, call);
  const method = patchMethod(place.method, operations);
  writeMethod(place, method);
  return method;
};

export const deleteMethod: Operation = (context, call) => {
  const { api, resource, method } = addressedMethod(context, call);
  const resourceMethods = withoutKey(resource.resourceMethods, method.httpMethod);
  api.resources.set(resource.id, { ...resource, resourceMethods });
  return undefined;
};
