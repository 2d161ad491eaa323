import { assumed } from '../../errors/assumed.ts';
import { badRequest } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import type { Method, MethodResponse } from '../../state/resource.ts';
import { omitEmpty } from '../omit-empty.ts';
import type { PatchOperation } from '../patch.ts';
import { parseBoolean } from '../value-parsers.ts';
import { checkModels, checkNames, checkUniqueNames, requestParameter, responseParameter } from './mapping.ts';
import { applyMemberPatch, entriesRow, type PatchRow } from './member-patch.ts';

const needsAuthorizer: ReadonlySet<string> = new Set(['CUSTOM', 'COGNITO_USER_POOLS']);

/** In any case (recorded). Authorizers are not emulated, so none is valid. */
export function parseAuthorizationType(given: string): string {
  const type = given.toUpperCase();
  if (needsAuthorizer.has(type)) throw badRequest(recorded.authorizerUnknown);
  if (type !== 'NONE' && type !== 'AWS_IAM') throw badRequest(assumed.authorizationType(given));
  return type;
}

/** Request validators are not emulated, so none is valid. */
export function checkValidator(id: string | undefined) {
  if (id !== undefined) throw badRequest(recorded.validatorUnknown);
}

export function checkMethod({ requestParameters, requestModels }: Method, before?: Method) {
  checkModels(requestModels, before?.requestModels);
  const names = Object.keys(requestParameters ?? {});
  checkNames(names, requestParameter);
  checkUniqueNames(names);
}

export function checkMethodResponse(
  { responseParameters, responseModels }: MethodResponse,
  before?: MethodResponse,
) {
  checkModels(responseModels, before?.responseModels);
  checkNames(Object.keys(responseParameters ?? {}), responseParameter);
}

const scopesRow: PatchRow<Method> = {
  add: (method, scope) => ({
    ...method,
    authorizationScopes: [...new Set([...(method.authorizationScopes ?? []), scope])],
  }),
  remove: (method, scope) => ({
    ...method,
    authorizationScopes: omitEmpty(method.authorizationScopes?.filter((existing) => existing !== scope)),
  }),
};

const methodTable = new Map<string, PatchRow<Method>>([
  [
    '/apiKeyRequired',
    { replace: (method, value) => ({ ...method, apiKeyRequired: parseBoolean('/apiKeyRequired', value) }) },
  ],
  [
    '/authorizationType',
    { replace: (method, value) => ({ ...method, authorizationType: parseAuthorizationType(value) }) },
  ],
  // Ignored while the authorization type takes no authorizer.
  ['/authorizerId', { replace: (method) => method }],
  ['/authorizationScopes', scopesRow],
  ['/operationName', { replace: (method, value) => ({ ...method, operationName: omitEmpty(value) }) }],
  [
    '/requestValidatorId',
    {
      replace(method, value) {
        checkValidator(omitEmpty(value));
        return { ...method, requestValidatorId: undefined };
      },
    },
  ],
  [
    '/requestParameters/',
    entriesRow(
      (method) => method.requestParameters,
      (method, requestParameters) => ({ ...method, requestParameters }),
      (value, name) => parseBoolean(`/requestParameters/${name}`, value),
      recorded.parameterUnknown,
    ),
  ],
  [
    '/requestModels/',
    entriesRow(
      (method) => method.requestModels,
      (method, requestModels) => ({ ...method, requestModels }),
      (value) => value,
      recorded.contentTypeUnknown,
    ),
  ],
]);

export function patchMethod(method: Method, operations: readonly PatchOperation[]): Method {
  const patched = applyMemberPatch(method, operations, methodTable);
  checkMethod(patched, method);
  return patched;
}

const responseTable = new Map<string, PatchRow<MethodResponse>>([
  [
    '/responseParameters/',
    entriesRow(
      (response) => response.responseParameters,
      (response, responseParameters) => ({ ...response, responseParameters }),
      (value, name) => parseBoolean(`/responseParameters/${name}`, value),
      recorded.parameterUnknown,
    ),
  ],
  [
    '/responseModels/',
    entriesRow(
      (response) => response.responseModels,
      (response, responseModels) => ({ ...response, responseModels }),
      (value) => value,
      recorded.contentTypeUnknown,
    ),
  ],
]);

export function patchMethodResponse(
  response: MethodResponse,
  operations: readonly PatchOperation[],
): MethodResponse {
  const patched = applyMemberPatch(response, operations, responseTable);
  checkMethodResponse(patched, response);
  return patched;
}
