import type { Target, TargetKey } from '../../fleet/target.ts';

/** How many names make up the id of each kind. */
const nameCounts = { Stage: 2, RestApi: 1, RestApiDeployment: 2, StageTarget: 0 } as const;

export type EntityKind = keyof typeof nameCounts;

/** What clients can read by its id alone. */
export type NodeKind = Exclude<EntityKind, 'StageTarget'>;

const isKind = (kind: string): kind is EntityKind => Object.hasOwn(nameCounts, kind);

/**
 * The opaque `id` of an entity. It contains partition, account and Region, so that ids of two targets, or of two gateways,
 * never collide in one cache or supergraph. It is base64url, so that clients do not parse it.
 */
export const encodeId = (
  kind: EntityKind,
  { partition, account, region }: Target,
  ...names: readonly string[]
): string => Buffer.from([kind, partition, account, region, ...names].join(':')).toString('base64url');

/** What an opaque id contains. */
interface DecodedId {
  readonly kind: EntityKind;
  readonly partition: string;
  readonly target: TargetKey;
  readonly names: readonly string[];
}

/** The content of an id that `encodeId` made, of this or another gateway; undefined for any other text. */
export function decodeId(id: string): DecodedId | undefined {
  const decoded = Buffer.from(id, 'base64url').toString();
  if (Buffer.from(decoded).toString('base64url') !== id) return undefined;
  const [kind = '', partition = '', account = '', region = '', ...names] = decoded.split(':');
  if (!isKind(kind) || names.length !== nameCounts[kind]) return undefined;
  return { kind, partition, target: { account, region }, names };
}

/** The kind of the node with this id; undefined if it is of none. */
export function nodeKindOf(id: string): NodeKind | undefined {
  const kind = decodeId(id)?.kind;
  return kind === 'StageTarget' ? undefined : kind;
}
