import type * as sdl from '../../../__generated__/types.ts';
import type { TargetKey } from '../../../fleet/target.ts';

/** A variable as it is cached, before its value is withheld from callers without the scope. */
export interface StageVariableModel {
  readonly name: string;
  readonly value: string;
  /** The target that it was read from: who may see the value depends on it. */
  readonly target: string;
  /** The value is not stored: the stage is from the inventory. */
  readonly isUnknown?: true;
}

/** Lists of variables, of stages and canaries. */
type VariableLists = 'variables' | 'stageVariableOverrides' | 'effectiveVariables';

/** A canary as it is cached: the fields that need no further call. */
export type CanarySettingsModel = Omit<
  sdl.CanarySettings,
  '__typename' | 'deployment' | 'differences' | VariableLists
> &
  TargetKey & {
    readonly restApiId: string;
    /** The stage's own deployment. */
    readonly stageDeploymentId: string;
    readonly stageVariableOverrides: StageVariableModel[];
    readonly effectiveVariables: StageVariableModel[];
  };

/** One entry of a stage's method settings. */
export type MethodSettingModel = Readonly<Omit<sdl.MethodSetting, '__typename'>> & {
  /** Settings with a value that the schema does not know, and that value. */
  readonly unknownValues: readonly (readonly [
    name: 'loggingLevel' | 'unauthorizedCacheControlHeaderStrategy',
    value: string,
  ])[];
};

/** Fields of a stage that need another call, or have arguments. */
type Resolved =
  | 'restApi'
  | 'deployment'
  | 'methodSetting'
  | 'effectiveMethodSetting'
  | 'methods'
  | 'orphanedMethodSettings'
  | 'findings'
  | 'differencesFrom'
  | 'history'
  | 'drift'
  | 'permittedMutations';

/** Fields that take as long to compute as all the others together, and that few queries ask for. */
export interface StageDetails {
  readonly methodSettings: MethodSettingModel[];
  readonly revision: string;
}

/** A stage as it is cached: parsed once, when AWS answers. A new field of the schema must be filled here. */
export type StageModel = Readonly<
  Omit<sdl.Stage, '__typename' | Resolved | VariableLists | 'canarySettings' | keyof StageDetails> & {
    variables: StageVariableModel[];
    canarySettings: CanarySettingsModel | null;
    details: StageDetails;
  }
>;

export interface StageKey {
  readonly restApiId: string;
  readonly stageName: string;
}
