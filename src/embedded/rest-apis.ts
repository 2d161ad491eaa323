import { badRequest, texts } from './errors.ts';
import { readInput } from './input.ts';
import { type JsonObject } from './json.ts';
import { epochSeconds, findApi, readPage, type Operation } from './operation.ts';
import { largestCompressionSize } from './state.ts';
import { createRestApi as newRestApi, type RestApi } from './store.ts';
import { withTags } from './tag-rules.ts';
import { unverified } from './unverified.ts';
import { orAbsent } from './variables.ts';

const toWire = (api: RestApi): JsonObject => api.members;

/** §9: 600 regional APIs per Region. */
const mostApis = 600;

/** §1 "Neighbouring resources". cloneFrom must exist; only its settings are copied, as there are no methods. */
export const createRestApi: Operation = (world, call) => {
  const input = readInput(call.body, 'createRestApiInput', (members) => ({
    name: members.requiredString('name'),
    description: members.string('description'),
    version: members.string('version'),
    cloneFrom: members.string('cloneFrom'),
    binaryMediaTypes: members.strings('binaryMediaTypes'),
    minimumCompressionSize: members.integer('minimumCompressionSize'),
    apiKeySource: members.enumeration('apiKeySource', ['HEADER', 'AUTHORIZER']),
    endpoint: members.structure('endpointConfiguration', (endpoint) => ({
      types: endpoint.enumerations('types', ['REGIONAL', 'EDGE', 'PRIVATE']),
      ipAddressType: endpoint.enumeration('ipAddressType', ['ipv4', 'dualstack']),
      vpcEndpointIds: endpoint.strings('vpcEndpointIds'),
    })),
    policy: members.string('policy'),
    tags: members.stringMap('tags'),
    disableExecuteApiEndpoint: members.boolean('disableExecuteApiEndpoint'),
    securityPolicy: members.string('securityPolicy'),
    endpointAccessMode: members.string('endpointAccessMode'),
  }));
  if (input.name === '') throw badRequest(unverified.apiNameEmpty);
  if (input.description === '') throw badRequest(texts.apiDescriptionEmpty);
  const { minimumCompressionSize = 0 } = input;
  if (minimumCompressionSize < 0 || minimumCompressionSize > largestCompressionSize)
    throw badRequest(unverified.compressionSize);
  const source = input.cloneFrom === undefined ? undefined : findApi(world, input.cloneFrom).members;
  if (world.store.restApis.size >= mostApis) throw badRequest(texts.tooManyApis);
  const types = input.endpoint?.types ?? [];
  const api = newRestApi({
    ...source,
    id: world.newId(10),
    name: input.name,
    description: input.description ?? source?.description,
    createdDate: epochSeconds(world),
    version: input.version,
    binaryMediaTypes: input.binaryMediaTypes ?? source?.binaryMediaTypes,
    minimumCompressionSize: input.minimumCompressionSize ?? source?.minimumCompressionSize,
    apiKeySource: input.apiKeySource ?? source?.apiKeySource ?? 'HEADER',
    endpointConfiguration: {
      ipAddressType: input.endpoint?.ipAddressType ?? 'ipv4',
      types: types.length > 0 ? types : ['EDGE'],
      vpcEndpointIds: input.endpoint?.vpcEndpointIds,
    },
    policy: input.policy,
    tags: orAbsent(input.tags && withTags(undefined, input.tags)),
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    securityPolicy: input.securityPolicy,
    endpointAccessMode: input.endpointAccessMode,
    rootResourceId: world.newId(10),
    deployments: [],
    documentationVersions: [],
    stages: [],
  });
  world.store.restApis.set(api.members.id, api);
  return toWire(api);
};

export const getRestApi: Operation = (world, call) => toWire(findApi(world, call.label('restApiId')));

export const getRestApis: Operation = (world, call) => readPage(world.store.restApis, call.query, toWire);

/** With everything in it. */
export const deleteRestApi: Operation = (world, call) => {
  world.store.restApis.delete(findApi(world, call.label('restApiId')).members.id);
  return undefined;
};
