/** A target as policies see it. */
export interface PolicyTarget {
  readonly account: string;
  readonly alias?: string | undefined;
  readonly region: string;
}

/** A stage as policies see it. */
export interface PolicyStage extends PolicyTarget {
  readonly restApiId: string;
  readonly stageName: string;
  /** Undefined: they are not known, or do not matter. */
  readonly tags?: ReadonlyMap<string, string> | undefined;
}

export type PolicyResource = PolicyTarget | PolicyStage;

/** Who asks, as policies see it. */
export interface Principal {
  readonly subject: string | null;
  readonly client: string | null;
  /** By the name of the claim; those of a nested claim by its path, with dots. */
  readonly claims: ReadonlyMap<string, readonly string[]>;
}

export const noPrincipal: Principal = { subject: null, client: null, claims: new Map() };

/** What Cedar is asked about, beside the policies. */
type CedarEntity = {
  uid: { type: string; id: string };
  attrs: Record<string, string>;
  parents: { type: string; id: string }[];
  tags: Record<string, string | string[]>;
};

const present = (attributes: Readonly<Record<string, string | null | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value == null ? [] : [[name, value]])),
  );

export const callerEntity = ({ subject, client, claims }: Principal): CedarEntity => ({
  uid: { type: 'Caller', id: subject ?? client ?? '' },
  attrs: present({ subject, client }),
  parents: [],
  tags: Object.fromEntries([...claims].map(([name, values]) => [name, [...values]])),
});

export const isStage = (resource: PolicyResource): resource is PolicyStage => 'stageName' in resource;

export const resourceId = (resource: PolicyResource): string => {
  const target = `${resource.account}/${resource.region}`;
  return isStage(resource) ? `${target}/${resource.restApiId}/${resource.stageName}` : target;
};

/** The resource, and what it is in. */
export function resourceEntities(resource: PolicyResource): CedarEntity[] {
  const { account, alias, region } = resource;
  const target: CedarEntity = {
    uid: { type: 'Target', id: resourceId({ account, region }) },
    attrs: present({ account, alias, region }),
    parents: [],
    tags: {},
  };
  if (!isStage(resource)) return [target];
  const { restApiId, stageName, tags = [] } = resource;
  const stage: CedarEntity = {
    uid: { type: 'Stage', id: resourceId(resource) },
    attrs: present({ account, alias, region, restApiId, stageName }),
    parents: [target.uid],
    tags: Object.fromEntries(tags),
  };
  return [stage, target];
}
