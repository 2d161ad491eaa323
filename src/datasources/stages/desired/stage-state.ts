import type { accessLogRules, canaryRules, stageRules } from '../plans/patch-rules.ts';
import type { MethodSettingValues } from '../wire/method-settings.ts';
import type { MethodSettingModel, StageModel } from '../wire/model.ts';

/** The value of each setting that has a rule. A rule without a value does not compile. */
export type StageFields = { readonly [Field in keyof typeof stageRules]: StageModel[Field] };
export type AccessLogState = { readonly [Field in keyof typeof accessLogRules]: string | null };
type CanaryFields = {
  readonly [Field in keyof typeof canaryRules]: NonNullable<StageModel['canarySettings']>[Field];
};
export type CanarySettingsState = CanaryFields & { readonly overrides: ReadonlyMap<string, string> };

/** Everything of a stage that can be changed, without AWS's echoes. */
export interface StageState {
  readonly fields: StageFields;
  readonly variables: ReadonlyMap<string, string>;
  readonly accessLog: AccessLogState | null;
  readonly canary: CanarySettingsState | null;
  /** By key, dead keys included. */
  readonly methods: ReadonlyMap<string, MethodSettingValues>;
  /** Without those of AWS. */
  readonly tags: ReadonlyMap<string, string>;
}

/** AWS keeps an empty text where a value was cleared. */
export const cleared = (text: string | null): string | null => (text === '' ? null : text);

/** The ten values of an entry, without its address. */
function valuesOf(entry: MethodSettingModel): MethodSettingValues {
  const { key, resourcePath, httpMethod, canonical, unknownValues, ...values } = entry;
  return values;
}

export const isReservedTag = (key: string): boolean => key.startsWith('aws:');

const mapOf = (list: readonly { readonly name: string; readonly value: string }[]) =>
  new Map(list.map(({ name, value }) => [name, value]));

function accessLogOf({ accessLogSettings }: StageModel): AccessLogState | null {
  if (accessLogSettings === null) return null;
  const { destinationArn, format } = accessLogSettings;
  // An empty object is AWS's echo of nothing.
  return destinationArn === null && format === null ? null : { destinationArn, format };
}

export function stateOf(stage: StageModel): StageState {
  const { canarySettings: canary, cacheClusterEnabled } = stage;
  return {
    fields: {
      deploymentId: stage.deploymentId,
      description: cleared(stage.description),
      cacheClusterEnabled,
      // Without a cluster AWS returns the size of an earlier one.
      cacheClusterSize: cacheClusterEnabled ? stage.cacheClusterSize : null,
      clientCertificateId: cleared(stage.clientCertificateId),
      documentationVersion: cleared(stage.documentationVersion),
      tracingEnabled: stage.tracingEnabled,
    },
    variables: mapOf(stage.variables),
    accessLog: accessLogOf(stage),
    canary: canary && {
      deploymentId: canary.deploymentId,
      percentTraffic: canary.percentTraffic,
      useStageCache: canary.useStageCache,
      overrides: mapOf(canary.stageVariableOverrides),
    },
    methods: new Map(stage.details.methodSettings.map((entry) => [entry.key, valuesOf(entry)])),
    tags: new Map(stage.tags.filter(({ key }) => !isReservedTag(key)).map(({ key, value }) => [key, value])),
  };
}

/** A stage of which nothing is set: what a new one is compared with. */
export const EMPTY_STATE: StageState = {
  fields: {
    deploymentId: '',
    description: null,
    cacheClusterEnabled: false,
    cacheClusterSize: null,
    clientCertificateId: null,
    documentationVersion: null,
    tracingEnabled: false,
  },
  variables: new Map(),
  accessLog: null,
  canary: null,
  methods: new Map(),
  tags: new Map(),
};
