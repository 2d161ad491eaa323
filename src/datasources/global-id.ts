import type { AwsRegion } from '../upstream/client.ts';

type Kind = 'Stage' | 'RestApi' | 'RestApiDeployment';

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
