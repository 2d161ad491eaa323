import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { withTags } from '../rules/tags.ts';
import { maxCompressionSize, rootResource } from '../state/state.ts';
import { toRestApi as newRestApi, type RestApi } from '../state/store.ts';
import { type Members, readInput } from '../wire/input.ts';
import type { JsonObject } from '../wire/json.ts';
import { addressedApi, epochSeconds, findApi, readPage, type Operation, type Context } from './operation.ts';
import { cloneResources } from './resources/clone.ts';

const toWire = (api: RestApi): JsonObject => api.members;

type EndpointType = RestApi['members']['endpointConfiguration']['types'][number];

/** Quotas per Region (docs/stage-api.md §9). */
const maxApis: Readonly<Record<EndpointType, number>> = { EDGE: 120, REGIONAL: 600, PRIVATE: 600 };

function checkApiQuota(context: Context, types: readonly EndpointType[]) {
  const apis = context.store.restApis.values();
  for (const type of types) {
    const ofType = apis.filter(({ members }) => members.endpointConfiguration.types.includes(type));
    if (ofType.length >= maxApis[type]) throw badRequest(recorded.tooManyApis);
  }
}

const readEndpoint = (members: Members) => ({
  types: members.enumerations('types', ['PRIVATE', 'EDGE', 'REGIONAL']),
  ipAddressType: members.enumeration('ipAddressType', ['ipv4', 'dualstack']),
  vpcEndpointIds: members.strings('vpcEndpointIds'),
});

const readRestApi = (members: Members) => ({
  name: members.requiredString('name'),
  description: members.string('description'),
  version: members.string('version'),
  cloneFrom: members.string('cloneFrom'),
  binaryMediaTypes: members.strings('binaryMediaTypes'),
  minimumCompressionSize: members.integer('minimumCompressionSize'),
  apiKeySource: members.enumeration('apiKeySource', ['HEADER', 'AUTHORIZER']),
  endpoint: members.structure('endpointConfiguration', readEndpoint),
  policy: members.string('policy'),
  tags: members.stringMap('tags'),
  disableExecuteApiEndpoint: members.boolean('disableExecuteApiEndpoint'),
  securityPolicy: members.string('securityPolicy'),
  endpointAccessMode: members.string('endpointAccessMode'),
});

/** One type, EDGE by default; a private API requires dualstack (§1). */
function toEndpointConfiguration(
  input: ReturnType<typeof readEndpoint> | undefined,
): RestApi['members']['endpointConfiguration'] {
  const [type, ...others] = input?.types ?? ['EDGE'];
  if (type === undefined) throw badRequest(recorded.endpointTypesEmpty);
  if (others.length > 0) throw badRequest(recorded.endpointTypesSeveral);
  const ipAddressType = input?.ipAddressType ?? (type === 'PRIVATE' ? 'dualstack' : 'ipv4');
  if (type === 'PRIVATE' && ipAddressType !== 'dualstack') throw badRequest(recorded.privateEndpointAddress);
  return { ipAddressType, types: [type], vpcEndpointIds: omitEmpty(input?.vpcEndpointIds) };
}

/**
 * See §1, "Neighbouring resources". Description, media types, compression and key source default to those of
 * `cloneFrom`; its resources are cloned with ids of their own, other members are not cloned.
 */
export const createRestApi: Operation = (context, call) => {
  const input = readInput(call.body, 'createRestApiInput', readRestApi);
  if (input.name === '') throw badRequest(unverified.apiNameEmpty);
  if (input.description === '') throw badRequest(recorded.apiDescriptionEmpty);
  const endpointConfiguration = toEndpointConfiguration(input.endpoint);
  const { minimumCompressionSize = 0 } = input;
  if (minimumCompressionSize < 0 || minimumCompressionSize > maxCompressionSize)
    throw badRequest(recorded.compressionSize);
  const original = input.cloneFrom === undefined ? undefined : findApi(context, input.cloneFrom);
  const source = original?.members;
  checkApiQuota(context, endpointConfiguration.types);
  const rootResourceId = context.newId(10);
  const api = newRestApi({
    id: context.newId(10),
    name: input.name,
    description: input.description ?? source?.description,
    createdDate: epochSeconds(context),
    version: omitEmpty(input.version),
    binaryMediaTypes: omitEmpty(input.binaryMediaTypes ?? source?.binaryMediaTypes),
    minimumCompressionSize: input.minimumCompressionSize ?? source?.minimumCompressionSize,
    apiKeySource: input.apiKeySource ?? source?.apiKeySource ?? 'HEADER',
    endpointConfiguration,
    policy: omitEmpty(input.policy),
    tags: omitEmpty(input.tags && withTags(undefined, input.tags)),
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    securityPolicy: omitEmpty(input.securityPolicy),
    endpointAccessMode: omitEmpty(input.endpointAccessMode),
    rootResourceId,
    resources: original ? cloneResources(context, original, rootResourceId) : [rootResource(rootResourceId)],
    deployments: [],
    documentationVersions: [],
    stages: [],
  });
  context.store.restApis.set(api.members.id, api);
  return toWire(api);
};

/** Only GetRestApi returns an empty map if there are no tags (§1). */
export const getRestApi: Operation = (context, call) => {
  const api = addressedApi(context, call);
  return { ...toWire(api), tags: api.members.tags ?? {} };
};

export const getRestApis: Operation = (context, call) => readPage(context.store.restApis, call.query, toWire);

export const deleteRestApi: Operation = (context, call) => {
  context.store.restApis.delete(addressedApi(context, call).members.id);
  return undefined;
};
