/** Names a stage of the home target. */
export interface StageKey {
  readonly restApiId: string;
  readonly stageName: string;
}

/** A stage as the page shows it. */
export interface ShownStage extends StageKey {
  readonly id: string;
  readonly description: string | null | undefined;
  readonly revision: string;
  /** When AWS said so. */
  readonly observedAt: string;
  readonly canarySettings:
    { readonly deploymentId: string; readonly percentTraffic: number } | null | undefined;
}

/** What became of a change. It was made if there is no error. */
export interface Change {
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly field?: readonly string[] | null | undefined;
  }[];
}

/** All pages of APIs that were read so far. */
export interface ShownApis {
  readonly names: readonly string[];
  readonly hasNextPage: boolean;
}

/** What a page about stages does, with each of the clients. */
export interface StageScreen {
  /** A stage as the page shows it; without a request if the client has it. Null: there is none. */
  show(key: StageKey): Promise<ShownStage | null>;
  /** Reads a stage again, by its id alone. */
  refetch(id: string): Promise<void>;
  /** Changes the description, if nobody else has changed the stage since it was shown. */
  describe(stage: ShownStage, description: string): Promise<Change>;
  /** Changes the canary's share. The page shows the new share at once, and the old one again if it is refused. */
  moveCanary(stage: ShownStage, percentTraffic: number): Promise<Change>;
  /** Reads the next page of APIs, in pages of two. */
  moreApis(nameContains?: string): Promise<ShownApis>;
}

interface Connection {
  readonly edges: readonly { readonly node: { readonly name: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

export const pageOf = (connection: Connection | null | undefined): ShownApis => ({
  names: connection?.edges.map(({ node }) => node.name) ?? [],
  hasNextPage: connection?.pageInfo.hasNextPage ?? false,
});

/** The payload of a mutation. It is null, with an error, if the gateway failed before it could say more. */
export function changeOf(
  data: { readonly change?: Partial<Change> | null | undefined } | null | undefined,
): Change {
  const userErrors = data?.change?.userErrors;
  if (userErrors === undefined) throw new Error('The change was not answered: read the stage again.');
  return { userErrors };
}
