import type { AwsRegion } from '../../upstream/calls/client.ts';

/** So many names make up the id of one. */
const nameCounts = { Stage: 2, RestApi: 1, RestApiDeployment: 2 } as const;

type Kind = keyof typeof nameCounts;

const isKind = (kind: string): kind is Kind => Object.hasOwn(nameCounts, kind);

const join = (kind: Kind, { partition, region }: AwsRegion, names: readonly string[]): string =>
  [kind, partition, region, ...names].join(':');

/**
 * The opaque `id` of an entity. Partition and Region are in it, so that the ids of two gateways never meet in one
 * cache or supergraph; base64url, so that nobody parses it.
 */
export const encodeId = (kind: Kind, region: AwsRegion, ...names: readonly string[]): string =>
  Buffer.from(join(kind, region, names)).toString('base64url');

/** The names in an id that `encodeId` made for this kind, Region and number of names; otherwise undefined. */
export function decodeId(
  kind: Kind,
  region: AwsRegion,
  count: number,
  id: unknown,
): readonly string[] | undefined {
  if (typeof id !== 'string') return undefined;
  const names = Buffer.from(id, 'base64url').toString().split(':').slice(3);
  return names.length === count && encodeId(kind, region, ...names) === id ? names : undefined;
}

/** Of what an opaque id is, of this gateway or another, and the API's own id in it; undefined for what is no such id. */
export function opaqueIdOf(value: string): { readonly kind: Kind; readonly restApiId: string } | undefined {
  const decoded = Buffer.from(value, 'base64url').toString();
  if (Buffer.from(decoded).toString('base64url') !== value) return undefined;
  const [kind = '', , , ...names] = decoded.split(':');
  const [restApiId = ''] = names;
  return isKind(kind) && names.length === nameCounts[kind] ? { kind, restApiId } : undefined;
}
