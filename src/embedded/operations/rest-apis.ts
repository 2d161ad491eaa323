import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { orAbsent } from '../rules/absent.ts';
import { withTags } from '../rules/tags.ts';
import { largestCompressionSize } from '../state/state.ts';
import { createRestApi as newRestApi, type RestApi } from '../state/store.ts';
import { type Members, readInput } from '../wire/input.ts';
import { type JsonObject } from '../wire/json.ts';
import { addressedApi, epochSeconds, findApi, readPage, type Operation, type World } from './operation.ts';

const toWire = (api: RestApi): JsonObject => api.members;

type EndpointType = RestApi['members']['endpointConfiguration']['types'][number];

/** §9: APIs of each type per Region. */
const mostApis: Readonly<Record<EndpointType, number>> = { EDGE: 120, REGIONAL: 600, PRIVATE: 600 };

function checkRoom(world: World, types: readonly EndpointType[]) {
  const apis = world.store.restApis.values();
  for (const type of types) {
    const ofType = apis.filter(({ members }) => members.endpointConfiguration.types.includes(type));
    if (ofType.length >= mostApis[type]) throw badRequest(recorded.tooManyApis);
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

/** §1: one type, EDGE unless said; a private API has dualstack addresses and no others. */
function endpointOf(
  input: ReturnType<typeof readEndpoint> | undefined,
): RestApi['members']['endpointConfiguration'] {
  const [type, ...others] = input?.types ?? ['EDGE'];
  if (type === undefined) throw badRequest(recorded.endpointTypesEmpty);
  if (others.length > 0) throw badRequest(recorded.endpointTypesSeveral);
  const ipAddressType = input?.ipAddressType ?? (type === 'PRIVATE' ? 'dualstack' : 'ipv4');
  if (type === 'PRIVATE' && ipAddressType !== 'dualstack') throw badRequest(recorded.privateEndpointAddress);
  return { ipAddressType, types: [type], vpcEndpointIds: orAbsent(input?.vpcEndpointIds) };
}

/**
 * §1 "Neighbouring resources". Of cloneFrom, which must exist, come description, media types, compression and key
 * source when they are not given; all else is the caller's to say, or has its default.
 */
export const createRestApi: Operation = (world, call) => {
  const input = readInput(call.body, 'createRestApiInput', readRestApi);
  if (input.name === '') throw badRequest(unverified.apiNameEmpty);
  if (input.description === '') throw badRequest(recorded.apiDescriptionEmpty);
  const endpointConfiguration = endpointOf(input.endpoint);
  const { minimumCompressionSize = 0 } = input;
  if (minimumCompressionSize < 0 || minimumCompressionSize > largestCompressionSize)
    throw badRequest(recorded.compressionSize);
  const source = input.cloneFrom === undefined ? undefined : findApi(world, input.cloneFrom).members;
  checkRoom(world, endpointConfiguration.types);
  const api = newRestApi({
    id: world.newId(10),
    name: input.name,
    description: input.description ?? source?.description,
    createdDate: epochSeconds(world),
    version: orAbsent(input.version),
    binaryMediaTypes: orAbsent(input.binaryMediaTypes ?? source?.binaryMediaTypes),
    minimumCompressionSize: input.minimumCompressionSize ?? source?.minimumCompressionSize,
    apiKeySource: input.apiKeySource ?? source?.apiKeySource ?? 'HEADER',
    endpointConfiguration,
    policy: orAbsent(input.policy),
    tags: orAbsent(input.tags && withTags(undefined, input.tags)),
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    securityPolicy: orAbsent(input.securityPolicy),
    endpointAccessMode: orAbsent(input.endpointAccessMode),
    rootResourceId: world.newId(10),
    deployments: [],
    documentationVersions: [],
    stages: [],
  });
  world.store.restApis.set(api.members.id, api);
  return toWire(api);
};

/** §1: only here are tags an empty map where there are none. */
export const getRestApi: Operation = (world, call) => {
  const api = addressedApi(world, call);
  return { ...toWire(api), tags: api.members.tags ?? {} };
};

export const getRestApis: Operation = (world, call) => readPage(world.store.restApis, call.query, toWire);

/** With everything in it. */
export const deleteRestApi: Operation = (world, call) => {
  world.store.restApis.delete(addressedApi(world, call).members.id);
  return undefined;
};
