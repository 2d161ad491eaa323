import type * as sdl from '../../__generated__/types.ts';

/** A canary as it is kept: what costs no further call. */
export type CanarySettingsModel = Omit<sdl.CanarySettings, '__typename' | 'deployment'> & {
  readonly restApiId: string;
};

/** Fields of a stage that cost another call, take arguments, or are worked out only when asked for. */
type Resolved = 'restApi' | 'deployment' | 'methodSetting' | 'effectiveMethodSetting' | 'revision';

/** A stage as it is kept: parsed once, when AWS's answer comes in. A new field of the schema must be filled here. */
export type StageModel = Readonly<
  Omit<sdl.Stage, '__typename' | Resolved | 'canarySettings'> & { canarySettings: CanarySettingsModel | null }
>;

/** Where a stage is. */
export interface StageKey {
  readonly restApiId: string;
  readonly stageName: string;
}
