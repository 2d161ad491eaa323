import { apiKeySources, type RestApiState } from '../../state/state.ts';
import type { JsonObject } from '../../wire/json.ts';
import { omitEmpty } from '../omit-empty.ts';
import type { RestApiMembers } from '../rest-api-patch.ts';
import { checkPolicy, parseCompressionSize } from '../rest-api.ts';
import type { Dialect } from './dialect.ts';
import { memberOf, objectOf, textOf, textsOf } from './values.ts';

type Defined = Exclude<keyof RestApiMembers, 'endpointConfiguration'>;

/** The members of a REST API that a document defines; undefined for the others. */
export type DefinedMembers = { readonly [Name in Defined]: RestApiState[Name] | undefined } & {
  readonly vpcEndpointIds: string[] | undefined;
};

const extension = (owner: JsonObject, name: string) => owner[`x-amazon-apigateway-${name}`];

const readPolicy = (given: unknown) => {
  const text = typeof given === 'object' && given !== null ? JSON.stringify(given) : textOf(given);
  return text === undefined ? undefined : checkPolicy(text);
};

const readCompression = (given: unknown) => {
  const text = textOf(given);
  return text === undefined ? undefined : parseCompressionSize(text);
};

const readBoolean = (given: unknown) => (textOf(given) === undefined ? undefined : textOf(given) === 'true');

export function readMembers(document: JsonObject, dialect: Dialect): DefinedMembers {
  const text = (value: unknown) => omitEmpty(textOf(value));
  const endpoint = objectOf(extension(dialect.endpointOwner(document), 'endpoint-configuration'));
  const keySource = textOf(extension(document, 'api-key-source'))?.toUpperCase();
  return {
    name: text(memberOf(document.info, 'title')),
    description: text(memberOf(document.info, 'description')),
    version: text(memberOf(document.info, 'version')),
    binaryMediaTypes: omitEmpty(textsOf(extension(document, 'binary-media-types'))),
    minimumCompressionSize: readCompression(extension(document, 'minimum-compression-size')),
    apiKeySource: apiKeySources.find((source) => source === keySource),
    policy: readPolicy(extension(document, 'policy')),
    disableExecuteApiEndpoint: readBoolean(endpoint.disableExecuteApiEndpoint),
    securityPolicy: text(extension(document, 'security-policy')),
    endpointAccessMode: text(extension(document, 'endpoint-access-mode')),
    vpcEndpointIds: omitEmpty(textsOf(endpoint.vpcEndpointIds)),
  };
}

type Members = Pick<RestApiState, Defined | 'endpointConfiguration'>;

const withVpcEndpoints = <T extends Members>(api: T, vpcEndpointIds: string[] | undefined): T => ({
  ...api,
  endpointConfiguration: { ...api.endpointConfiguration, vpcEndpointIds },
});

/** Members that the document does not define get their defaults; tags and endpoint type stay. */
export function overwriteMembers<T extends Members>(api: T, defined: DefinedMembers): T {
  const { vpcEndpointIds, ...members } = defined;
  return withVpcEndpoints(
    {
      ...api,
      ...members,
      name: members.name ?? api.name,
      apiKeySource: members.apiKeySource ?? 'HEADER',
      disableExecuteApiEndpoint: members.disableExecuteApiEndpoint ?? false,
    },
    vpcEndpointIds,
  );
}

/** Members that the document does not define stay; media types are added (recorded). */
export function mergeMembers<T extends Members>(api: T, defined: DefinedMembers): T {
  const { vpcEndpointIds, ...members } = defined;
  const given = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  const mediaTypes = [...(api.binaryMediaTypes ?? []), ...(members.binaryMediaTypes ?? [])];
  return withVpcEndpoints(
    { ...api, ...given, binaryMediaTypes: omitEmpty([...new Set(mediaTypes)]) },
    vpcEndpointIds ?? api.endpointConfiguration.vpcEndpointIds,
  );
}
