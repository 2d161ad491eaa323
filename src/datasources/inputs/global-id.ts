import type { AwsRegion } from '../../upstream/calls/client.ts';

/** How many names make up the id of each kind. */
const nameCounts = { Stage: 2, RestApi: 1, RestApiDeployment: 2 } as const;

export type EntityKind = keyof typeof nameCounts;

const isKind = (kind: string): kind is EntityKind => Object.hasOwn(nameCounts, kind);

/**
 * The opaque `id` of an entity. It contains partition and Region, so that ids of two gateways never collide in one
 * cache or supergraph. It is base64url, so that clients do not parse it.
 */
export const encodeId = (
  kind: EntityKind,
  { partition, region }: AwsRegion,
  ...names: readonly string[]
): string => Buffer.from([kind, partition, region, ...names].join(':')).toString('base64url');

/** The names in an id that `encodeId` made for this kind and Region; otherwise undefined. */
export function decodeId(kind: EntityKind, region: AwsRegion, id: unknown): readonly string[] | undefined {
  if (typeof id !== 'string') return undefined;
  const names = Buffer.from(id, 'base64url').toString().split(':').slice(3);
  return names.length === nameCounts[kind] && encodeId(kind, region, ...names) === id ? names : undefined;
}

/** The kind and the API's own id in an opaque id, of this or another gateway; undefined for any other text. */
export function opaqueIdOf(
  value: string,
): { readonly kind: EntityKind; readonly restApiId: string } | undefined {
  const decoded = Buffer.from(value, 'base64url').toString();
  if (Buffer.from(decoded).toString('base64url') !== value) return undefined;
  const [kind = '', , , ...names] = decoded.split(':');
  const [restApiId = ''] = names;
  return isKind(kind) && names.length === nameCounts[kind] ? { kind, restApiId } : undefined;
}
