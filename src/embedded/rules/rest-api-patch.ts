import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { apiKeySources, endpointTypes, ipAddressTypes, type RestApiState } from '../state/state.ts';
import { omitEmpty } from './omit-empty.ts';
import type { PatchOperation } from './patch.ts';
import { checkPolicy, parseCompressionSize } from './rest-api.ts';
import { parseBoolean, parseChoice } from './value-parsers.ts';
import { nameAfterPrefix } from './variables.ts';

/** The members of a REST API that a patch can write. */
export type RestApiMembers = Pick<
  RestApiState,
  | 'name'
  | 'description'
  | 'version'
  | 'binaryMediaTypes'
  | 'minimumCompressionSize'
  | 'apiKeySource'
  | 'endpointConfiguration'
  | 'policy'
  | 'disableExecuteApiEndpoint'
  | 'securityPolicy'
  | 'endpointAccessMode'
>;
type Write = (api: RestApiMembers, value: string) => RestApiMembers;

/** What each operation does at a path; other operations are rejected. */
interface Row {
  readonly replace?: Write;
  readonly add?: Write;
  readonly remove?: Write;
}

/** `""` clears a text member, like `remove`. */
const text = (
  member: 'description' | 'version' | 'policy' | 'securityPolicy' | 'endpointAccessMode',
): Row => {
  const write: Write = (api, value) => ({ ...api, [member]: omitEmpty(value) });
  return { replace: write, remove: (api) => write(api, '') };
};

function writeName(api: RestApiMembers, value: string): RestApiMembers {
  if (value === '') throw badRequest(assumed.apiNameEmpty);
  return { ...api, name: value };
}

/** `""` disables compression. */
function writeCompression(api: RestApiMembers, value: string): RestApiMembers {
  if (value === '') return { ...api, minimumCompressionSize: undefined };
  return {
    ...api,
    minimumCompressionSize: parseCompressionSize(value),
  };
}

/** A private API gets dualstack, its only address type. */
function writeEndpointType(api: RestApiMembers, value: string): RestApiMembers {
  const type = endpointTypes.find((known) => known === value);
  if (!type) throw badRequest(recorded.endpointType);
  const ipAddressType = type === 'PRIVATE' ? 'dualstack' : api.endpointConfiguration.ipAddressType;
  return { ...api, endpointConfiguration: { ...api.endpointConfiguration, types: [type], ipAddressType } };
}

function writeAddressType(api: RestApiMembers, value: string): RestApiMembers {
  const ipAddressType = ipAddressTypes.find((known) => known === value);
  if (!ipAddressType) throw badRequest(recorded.endpointAddressType);
  if (ipAddressType !== 'dualstack' && api.endpointConfiguration.types.includes('PRIVATE'))
    throw badRequest(recorded.privateEndpointAddress);
  return { ...api, endpointConfiguration: { ...api.endpointConfiguration, ipAddressType } };
}

type Change = (list: readonly string[] | undefined, item: string) => string[];
const including: Change = (list = [], item) => (list.includes(item) ? [...list] : [...list, item]);
const excluding: Change = (list = [], item) => list.filter((other) => other !== item);

const writeVpcEndpoints =
  (change: Change): Write =>
  (api, value) => ({
    ...api,
    endpointConfiguration: {
      ...api.endpointConfiguration,
      vpcEndpointIds: omitEmpty(change(api.endpointConfiguration.vpcEndpointIds, value)),
    },
  });

const rows: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['/name', { replace: writeName }],
  ['/description', text('description')],
  ['/version', text('version')],
  [
    '/policy',
    {
      ...text('policy'),
      replace: (api, value) => ({ ...api, policy: value === '' ? undefined : checkPolicy(value) }),
    },
  ],
  ['/minimumCompressionSize', { replace: writeCompression, remove: (api) => writeCompression(api, '') }],
  [
    '/apiKeySource',
    {
      replace: (api, value) => ({ ...api, apiKeySource: parseChoice('/apiKeySource', value, apiKeySources) }),
    },
  ],
  [
    '/disableExecuteApiEndpoint',
    {
      replace: (api, value) => ({
        ...api,
        disableExecuteApiEndpoint: parseBoolean('/disableExecuteApiEndpoint', value),
      }),
    },
  ],
  ['/securityPolicy', text('securityPolicy')],
  ['/endpointAccessMode', text('endpointAccessMode')],
  ['/endpointConfiguration/ipAddressType', { replace: writeAddressType }],
  [
    '/endpointConfiguration/vpcEndpointIds',
    { add: writeVpcEndpoints(including), remove: writeVpcEndpoints(excluding) },
  ],
]);

/** `add` takes the media type from its path, and ignores the value. */
function mediaTypeRow(mediaType: string): Row {
  const write = (api: RestApiMembers, types: string[]): RestApiMembers => ({
    ...api,
    binaryMediaTypes: omitEmpty(types),
  });
  return {
    add: (api) => write(api, including(api.binaryMediaTypes, mediaType)),
    replace: (api, value) => write(api, including(excluding(api.binaryMediaTypes, mediaType), value)),
    remove: (api) => write(api, excluding(api.binaryMediaTypes, mediaType)),
  };
}

/** The path of an endpoint type ends with its index or its name. */
const endpointTypePath = /^\/endpointConfiguration\/types\/(0|REGIONAL|EDGE|PRIVATE)$/;

function findWrite(op: PatchOperation['op'], path: string): Write {
  const isOneOfThree = op === 'add' || op === 'remove' || op === 'replace';
  const mediaType = nameAfterPrefix('/binaryMediaTypes/', path);
  if (mediaType !== undefined) {
    const write = isOneOfThree ? mediaTypeRow(mediaType)[op] : undefined;
    if (!write) throw badRequest(recorded.apiListPatchOps);
    return write;
  }
  if (endpointTypePath.test(path)) {
    // AWS names three operations, and rejects `remove` with this message, too.
    if (op !== 'replace') throw badRequest(recorded.apiListPatchOps);
    return writeEndpointType;
  }
  const row = rows.get(path);
  if (!row) throw badRequest(recorded.patchPath(path));
  const write = isOneOfThree ? row[op] : undefined;
  if (!write) throw badRequest(recorded.patchOps(Object.keys(row)));
  return write;
}

/** Applies the operations of UpdateRestApi in list order. Throws at the first invalid one. */
export const applyRestApiPatch = <T extends RestApiMembers>(
  api: T,
  operations: readonly PatchOperation[],
): T =>
  operations.reduce<T>((patched, { op, path = assumed.missingPath, value }) => {
    const write = findWrite(op, path);
    return { ...patched, ...write(patched, value ?? '') };
  }, api);
