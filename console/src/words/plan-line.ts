/** One line of a plan: what changes, from what to what. */
export interface PlanLine {
  readonly what: string;
  /** Null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Names of deployments by their ids. */
export type DeploymentNames = ReadonlyMap<string, string>;

export const namesOf = (
  deployments: readonly { readonly deploymentId: string; readonly description: string | null }[],
): DeploymentNames =>
  new Map(deployments.map(({ deploymentId, description }) => [deploymentId, description ?? deploymentId]));

export const nameBy =
  (names: DeploymentNames) =>
  (id: string): string =>
    names.get(id) ?? id;

/** A value that the caller may not see. */
export const HIDDEN = 'hidden';
