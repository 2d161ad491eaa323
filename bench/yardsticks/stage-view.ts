import { type Stage } from '@aws-sdk/client-api-gateway';

/** The fields that the bench asks for; see `stageFields` in workloads.ts. */
export interface StageView {
  readonly restApiId: string;
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description: string | null;
  readonly tracingEnabled: boolean;
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly canarySettings: { readonly percentTraffic: number; readonly deploymentId: string } | null;
  readonly lastUpdatedDate: Date;
  readonly observedAt: Date;
}

/** As simple as possible. */
export const stageView = (aws: Stage, restApiId: string, observedAt = new Date()): StageView => ({
  restApiId,
  stageName: aws.stageName ?? '',
  deploymentId: aws.deploymentId ?? '',
  description: aws.description ?? null,
  tracingEnabled: aws.tracingEnabled ?? false,
  variables: Object.entries(aws.variables ?? {})
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
  canarySettings: aws.canarySettings
    ? {
        percentTraffic: aws.canarySettings.percentTraffic ?? 0,
        deploymentId: aws.canarySettings.deploymentId ?? '',
      }
    : null,
  lastUpdatedDate: aws.lastUpdatedDate ?? new Date(0),
  observedAt,
});

const byCodeUnit = <Value>(map: Readonly<Record<string, Value>> = {}) =>
  Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));

/** What the workloads that look at whole stages ask for beyond it; see `wholeStageFields` in workloads.ts. */
export const wholeStageView = (aws: Stage, restApiId: string) => ({
  ...stageView(aws, restApiId),
  methodSettings: byCodeUnit(aws.methodSettings).map(([key, settings]) => ({ key, ...settings })),
  accessLogSettings: aws.accessLogSettings ?? null,
  tags: byCodeUnit(aws.tags).map(([key, value]) => ({ key, value })),
});

export interface StageKey {
  readonly restApiId: string;
  readonly stageName: string;
}

export interface SetVariables extends StageKey {
  readonly set: readonly { readonly name: string; readonly value: string }[];
}

/** The UpdateStage that sets variables. */
export const toUpdateStage = ({ restApiId, stageName, set }: SetVariables) => ({
  restApiId,
  stageName,
  patchOperations: set.map(({ name, value }) => ({
    op: 'replace' as const,
    path: `/variables/${name}`,
    value,
  })),
});
