import { createHash } from 'node:crypto';
import { createCollection } from '../state/collection.ts';
import type { JsonObject } from '../wire/json.ts';
import { addressedApi, readPage, type Operation } from './operation.ts';

/** Lists of resources that are not simulated, for clients that make an inventory. */
const empty = createCollection<JsonObject>([], () => '');
const emptyOfAccount: Operation = (_context, call) => readPage(empty, call.query, (item) => item);
const emptyOfApi: Operation = (context, call) => {
  addressedApi(context, call);
  return readPage(empty, call.query, (item) => item);
};

export const getAuthorizers = emptyOfApi;
export const getRequestValidators = emptyOfApi;
export const getUsagePlans = emptyOfAccount;
export const getApiKeys = emptyOfAccount;
export const getVpcLinks = emptyOfAccount;
export const getDomainNames = emptyOfAccount;

const $schema = 'http://json-schema.org/draft-04/schema#';

/** The models of a new API. */
const defaultModels = [
  {
    name: 'Empty',
    description: 'This is a default empty schema model',
    schema: { $schema, title: 'Empty Schema', type: 'object' },
  },
  {
    name: 'Error',
    description: 'This is a default error schema model',
    schema: { $schema, title: 'Error Schema', type: 'object', properties: { message: { type: 'string' } } },
  },
];

/** Six characters, always the same for a model of an API. */
const modelId = (restApiId: string, name: string) =>
  BigInt(`0x${createHash('sha256').update(`${restApiId}/${name}`).digest('hex')}`)
    .toString(36)
    .slice(0, 6);

export const getModels: Operation = (context, call) => {
  const { id: restApiId } = addressedApi(context, call).members;
  const models = createCollection(defaultModels, ({ name }) => name);
  return readPage(models, call.query, ({ name, description, schema }) => ({
    id: modelId(restApiId, name),
    name,
    description,
    schema: JSON.stringify(schema, undefined, 2),
    contentType: 'application/json',
  }));
};

const defaultStatus: Readonly<Record<string, string | undefined>> = {
  ACCESS_DENIED: '403',
  API_CONFIGURATION_ERROR: '500',
  AUTHORIZER_CONFIGURATION_ERROR: '500',
  AUTHORIZER_FAILURE: '500',
  BAD_REQUEST_BODY: '400',
  BAD_REQUEST_PARAMETERS: '400',
  DEFAULT_4XX: undefined,
  DEFAULT_5XX: undefined,
  EXPIRED_TOKEN: '403',
  INTEGRATION_FAILURE: '504',
  INTEGRATION_TIMEOUT: '504',
  INVALID_API_KEY: '403',
  INVALID_SIGNATURE: '403',
  MISSING_AUTHENTICATION_TOKEN: '403',
  QUOTA_EXCEEDED: '429',
  REQUEST_TOO_LARGE: '413',
  RESOURCE_NOT_FOUND: '404',
  THROTTLED: '429',
  UNAUTHORIZED: '401',
  UNSUPPORTED_MEDIA_TYPE: '415',
  WAF_FILTERED: '403',
};

const gatewayResponses = createCollection(Object.entries(defaultStatus), ([responseType]) => responseType);

/** The default response of every type: others cannot be set here. */
export const getGatewayResponses: Operation = (context, call) => {
  addressedApi(context, call);
  return readPage(gatewayResponses, call.query, ([responseType, statusCode]) => ({
    responseType,
    statusCode,
    responseParameters: {},
    responseTemplates: { 'application/json': '{"message":$context.error.messageString}' },
    defaultResponse: true,
  }));
};
