import type { Method } from '../../state/resource.ts';
import { isJsonObject, type JsonObject } from '../../wire/json.ts';
import { omitEmpty } from '../omit-empty.ts';
import { listOf, memberOf, objectOf, textOf, textsOf } from './values.ts';

type Authorization = Pick<
  Method,
  'authorizationType' | 'authorizerId' | 'apiKeyRequired' | 'authorizationScopes'
>;

const isApiKey = (scheme: JsonObject) =>
  scheme.type === 'apiKey' && scheme.in === 'header' && textOf(scheme.name)?.toLowerCase() === 'x-api-key';

function readScheme(
  name: string,
  scheme: JsonObject,
  scopes: readonly string[],
  authorizerId: (name: string) => string,
): Partial<Authorization> {
  if (scheme['x-amazon-apigateway-authtype'] === 'awsSigv4') return { authorizationType: 'AWS_IAM' };
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  if (isJsonObject(authorizer)) {
    const isCognito = textOf(authorizer.type)?.toLowerCase() === 'cognito_user_pools';
    return {
      authorizationType: isCognito ? 'COGNITO_USER_POOLS' : 'CUSTOM',
      authorizerId: authorizerId(name),
      authorizationScopes: omitEmpty([...scopes]),
    };
  }
  return isApiKey(scheme) ? { apiKeyRequired: true } : {};
}

/**
 * The authorization of an operation. `security` of the whole document is ignored, as AWS documents. Authorizers are not
 * emulated: the method has the id of one, which cannot be read.
 */
export function readAuthorization(
  operation: JsonObject,
  schemes: JsonObject,
  authorizerId: (name: string) => string,
): Authorization {
  const required = listOf(operation.security).flatMap((requirement) =>
    Object.entries(objectOf(requirement)).map(([name, scopes]) =>
      readScheme(name, objectOf(memberOf(schemes, name)), textsOf(scopes), authorizerId),
    ),
  );
  const authorization = required.reduce<Authorization>((all, one) => ({ ...all, ...one }), {
    authorizationType: 'NONE',
    apiKeyRequired: false,
  });
  const own = textOf(memberOf(operation['x-amazon-apigateway-auth'], 'type'))?.toUpperCase();
  return own === 'NONE' || own === 'AWS_IAM'
    ? { authorizationType: own, apiKeyRequired: authorization.apiKeyRequired }
    : authorization;
}
