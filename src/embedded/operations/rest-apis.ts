import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { omitEmpty } from '../rules/omit-empty.ts';
import { applyRestApiPatch } from '../rules/rest-api-patch.ts';
import { checkCompressionSize, checkPolicy } from '../rules/rest-api.ts';
import { withTags } from '../rules/tags.ts';
import { apiKeySources, endpointTypes, ipAddressTypes, rootResource } from '../state/state.ts';
import { toRestApi, type RestApi } from '../state/store.ts';
import { type Members, readInput } from '../wire/input.ts';
import type { JsonObject } from '../wire/json.ts';
import { addressedApi, epochSeconds, findApi, readPage, type Operation, type Context } from './operation.ts';
import { readPatchOperations } from './patch-operations.ts';
import { cloneResources } from './resources/clone.ts';

/** AWS escapes the policy once more than other texts. */
export const toWire = ({ members }: RestApi): JsonObject =>
  members.policy === undefined
    ? members
    : { ...members, policy: JSON.stringify(members.policy).slice(1, -1) };

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
  types: members.enumerations('types', endpointTypes),
  ipAddressType: members.enumeration('ipAddressType', ipAddressTypes),
  vpcEndpointIds: members.strings('vpcEndpointIds'),
});

const readRestApi = (members: Members) => ({
  name: members.requiredString('name'),
  description: members.string('description'),
  version: members.string('version'),
  cloneFrom: members.string('cloneFrom'),
  binaryMediaTypes: members.strings('binaryMediaTypes'),
  minimumCompressionSize: members.integer('minimumCompressionSize'),
  apiKeySource: members.enumeration('apiKeySource', apiKeySources),
  endpoint: members.structure('endpointConfiguration', readEndpoint),
  policy: members.string('policy'),
  tags: members.stringMap('tags'),
  disableExecuteApiEndpoint: members.boolean('disableExecuteApiEndpoint'),
  securityPolicy: members.string('securityPolicy'),
  endpointAccessMode: members.string('endpointAccessMode'),
});

/** One type, EDGE by default; a private API requires dualstack (§1). */
export function toEndpointConfiguration(
  input: Partial<ReturnType<typeof readEndpoint>> | undefined,
): RestApi['members']['endpointConfiguration'] {
  const [type, ...others] = input?.types ?? ['EDGE'];
  if (type === undefined) throw badRequest(recorded.endpointTypesEmpty);
  if (others.length > 0) throw badRequest(recorded.endpointTypesSeveral);
  const ipAddressType = input?.ipAddressType ?? (type === 'PRIVATE' ? 'dualstack' : 'ipv4');
  if (type === 'PRIVATE' && ipAddressType !== 'dualstack') throw badRequest(recorded.privateEndpointAddress);
  return { ipAddressType, types: [type], vpcEndpointIds: omitEmpty(input?.vpcEndpointIds) };
}

type NewMembers = Partial<RestApi['members']> & Pick<RestApi['members'], 'name'>;

/** An API with only its root resource, or with clones of the resources of `original`. It is not in the store yet. */
export function newRestApi(context: Context, members: NewMembers, original?: RestApi): RestApi {
  const rootResourceId = context.newId(10);
  return toRestApi({
    apiKeySource: 'HEADER',
    endpointConfiguration: toEndpointConfiguration(undefined),
    disableExecuteApiEndpoint: false,
    ...members,
    id: context.newId(10),
    createdDate: epochSeconds(context),
    rootResourceId,
    resources: original ? cloneResources(context, original, rootResourceId) : [rootResource(rootResourceId)],
    deployments: [],
    documentationParts: [],
    documentationVersions: [],
    stages: [],
  });
}

/** Rejected if there are too many of its type. */
export function addRestApi(context: Context, api: RestApi) {
  checkApiQuota(context, api.members.endpointConfiguration.types);
  context.store.restApis.set(api.members.id, api);
}

/**
 * See §1, "Neighbouring resources". Description, media types, compression and key source default to those of
 * `cloneFrom`; its resources are cloned with ids of their own, other members are not cloned.
 */
export const createRestApi: Operation = (context, call) => {
  const input = readInput(call.body, 'createRestApiInput', readRestApi);
  if (input.name === '') throw badRequest(assumed.apiNameEmpty);
  if (input.description === '') throw badRequest(recorded.apiDescriptionEmpty);
  const endpointConfiguration = toEndpointConfiguration(input.endpoint);
  if (input.minimumCompressionSize !== undefined) checkCompressionSize(input.minimumCompressionSize);
  const original = input.cloneFrom === undefined ? undefined : findApi(context, input.cloneFrom);
  const source = original?.members;
  const members = {
    name: input.name,
    description: input.description ?? source?.description,
    version: omitEmpty(input.version),
    binaryMediaTypes: omitEmpty(input.binaryMediaTypes ?? source?.binaryMediaTypes),
    minimumCompressionSize: input.minimumCompressionSize ?? source?.minimumCompressionSize,
    apiKeySource: input.apiKeySource ?? source?.apiKeySource ?? 'HEADER',
    endpointConfiguration,
    policy: input.policy ? checkPolicy(input.policy) : undefined,
    tags: omitEmpty(input.tags && withTags(undefined, input.tags)),
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    securityPolicy: omitEmpty(input.securityPolicy),
    endpointAccessMode: omitEmpty(input.endpointAccessMode),
  };
  const api = newRestApi(context, members, original);
  addRestApi(context, api);
  return toWire(api);
};

/** With an empty map if there are no tags, unlike the answers of CreateRestApi and GetRestApis (§1). */
export const toWireWithTags = (api: RestApi): JsonObject => ({
  ...toWire(api),
  tags: api.members.tags ?? {},
});

export const getRestApi: Operation = (context, call) => toWireWithTags(addressedApi(context, call));

export const updateRestApi: Operation = (context, call) => {
  const operations = readPatchOperations(call.body, 'updateRestApiInput');
  const api = addressedApi(context, call);
  api.members = applyRestApiPatch(api.members, operations);
  return toWireWithTags(api);
};

export const getRestApis: Operation = (context, call) => readPage(context.store.restApis, call.query, toWire);

export const deleteRestApi: Operation = (context, call) => {
  context.store.restApis.delete(addressedApi(context, call).members.id);
  return undefined;
};
