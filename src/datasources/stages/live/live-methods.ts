import type { EffectiveMethodSetting, StageMethod } from '../../../__generated__/types.ts';
import type { DeployedMethod } from '../../rest-apis/deployed-methods.ts';
import { encodeMethodKey, STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import { effectiveSettings } from '../wire/method-settings.ts';
import type { MethodSettingModel, StageModel } from '../wire/model.ts';

/** A method that a stage serves. */
export interface LiveMethod extends DeployedMethod {
  /** Of its own entry of method settings, whether or not there is one. */
  readonly key: string;
  readonly effectiveSetting: EffectiveMethodSetting;
}

/** The methods of a deployment, with the settings that a stage has for them. */
export function liveMethods(stage: StageModel, methods: readonly DeployedMethod[]): LiveMethod[] {
  const settingOf = effectiveSettings(stage.details.methodSettings);
  return methods.map((method) => {
    const key = encodeMethodKey(method);
    return { ...method, key, effectiveSetting: settingOf(key) };
  });
}

/** The same as the schema has them. */
export const stageMethods = (stage: StageModel, methods: readonly DeployedMethod[]): StageMethod[] =>
  liveMethods(stage, methods).map(({ key, ...method }) => method);

/** Whether an entry reaches the method that it names, if there is one. */
const mayReach = ({ key, canonical }: MethodSettingModel): boolean => canonical && key !== STAGE_DEFAULT_KEY;

/** Whether the deployments have to be read to know which entries reach a method. */
export const dependsOnMethods = ({ details: { methodSettings } }: StageModel): boolean =>
  methodSettings.some(mayReach);

/** The entries that reach none of the methods, dead keys among them. */
export function orphanedSettings(
  { details: { methodSettings } }: StageModel,
  methods: readonly DeployedMethod[],
): MethodSettingModel[] {
  const reached = new Set(methods.map(encodeMethodKey));
  return methodSettings.filter((entry) => !entry.canonical || (mayReach(entry) && !reached.has(entry.key)));
}
