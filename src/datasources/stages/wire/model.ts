import type * as sdl from '../../../__generated__/types.ts';

/** A variable as it is kept, whoever may see its value. */
export interface StageVariableModel {
  readonly name: string;
  readonly value: string;
}

/** Lists of variables, of a stage as of a canary. */
type VariableLists = 'variables' | 'stageVariableOverrides' | 'effectiveVariables';

/** A canary as it is kept: what costs no further call. */
export type CanarySettingsModel = Omit<sdl.CanarySettings, '__typename' | 'deployment' | VariableLists> & {
  readonly restApiId: string;
  readonly stageVariableOverrides: StageVariableModel[];
  readonly effectiveVariables: StageVariableModel[];
};

/** One entry of a stage's method settings. */
export type MethodSettingModel = Readonly<Omit<sdl.MethodSetting, '__typename'>> & {
  /** Settings that AWS gives a value which the schema does not know, with that value. */
  readonly unknownValues: readonly (readonly [
    name: 'loggingLevel' | 'unauthorizedCacheControlHeaderStrategy',
    value: string,
  ])[];
};

/** Fields of a stage that cost another call, or take arguments. */
type Resolved = 'restApi' | 'deployment' | 'methodSetting' | 'effectiveMethodSetting';

/** What of a stage takes as long to work out as all the rest, and most readers do not ask for. */
export interface StageDetails {
  readonly methodSettings: MethodSettingModel[];
  readonly revision: string;
}

/** A stage as it is kept: parsed once, when AWS's answer comes in. A new field of the schema must be filled here. */
export type StageModel = Readonly<
  Omit<sdl.Stage, '__typename' | Resolved | VariableLists | 'canarySettings' | keyof StageDetails> & {
    variables: StageVariableModel[];
    canarySettings: CanarySettingsModel | null;
    details: StageDetails;
  }
>;

/** Where a stage is. */
export interface StageKey {
  readonly restApiId: string;
  readonly stageName: string;
}
