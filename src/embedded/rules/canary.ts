import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import type { CanarySettings, Stage } from '../state/state.ts';
import { omitEmpty } from './omit-empty.ts';
import { parseBoolean, parseDouble } from './value-parsers.ts';
import { checkVariable, checkVariables, nameAfterPrefix, withVariable } from './variables.ts';
import { withoutKey } from './without-key.ts';

/** `canarySettings` of CreateStage and CreateDeployment. */
export type CanaryInput = {
  readonly [Member in keyof CanarySettings]?: CanarySettings[Member] | undefined;
};

function checkPercent(percent: number | undefined, given: string): number {
  if (percent === undefined || percent < 0 || percent > 100) throw badRequest(assumed.percentTraffic(given));
  return percent;
}

/** Replaces the whole canary; omitted members get their default (docs/stage-api.md §6 "Creating"). */
export function createCanary(input: CanaryInput, deploymentId: string): CanarySettings {
  const overrides = omitEmpty(input.stageVariableOverrides && checkVariables(input.stageVariableOverrides));
  return {
    percentTraffic: checkPercent(
      input.percentTraffic ?? assumed.defaultPercentTraffic,
      String(input.percentTraffic),
    ),
    deploymentId: input.deploymentId ?? deploymentId,
    ...(overrides && { stageVariableOverrides: overrides }),
    useStageCache: input.useStageCache ?? false,
  };
}

/** The variable in the path of an override, or undefined for other paths. */
export const overrideName = (path: string) =>
  nameAfterPrefix('/canarySettings/stageVariableOverrides/', path);

type CanaryWrite = (
  canary: CanarySettings,
  value: string,
  deploymentExists: (id: string) => boolean,
) => CanarySettings;

const replaceablePaths: ReadonlyMap<string, CanaryWrite> = new Map<string, CanaryWrite>([
  [
    '/canarySettings/deploymentId',
    (canary, value, deploymentExists) => {
      if (!deploymentExists(value)) throw badRequest(recorded.deploymentMissing);
      return { ...canary, deploymentId: value };
    },
  ],
  [
    '/canarySettings/percentTraffic',
    (canary, value) => ({ ...canary, percentTraffic: checkPercent(parseDouble(value), value) }),
  ],
  [
    '/canarySettings/useStageCache',
    (canary, value) => ({ ...canary, useStageCache: parseBoolean('/canarySettings/useStageCache', value) }),
  ],
]);

/** The effect of `replace` on a canary path; undefined for other paths (§4). */
export function canaryWrite(path: string): CanaryWrite | undefined {
  const override = overrideName(path);
  if (override === undefined) return replaceablePaths.get(path);
  return (canary, value) => {
    checkVariable(override, value);
    return {
      ...canary,
      stageVariableOverrides: checkVariables(withVariable(canary.stageVariableOverrides, override, value)),
    };
  };
}

/** Patching a canary path of a stage without a canary creates one (§6). */
export const canaryOrNew = (stage: Stage): CanarySettings =>
  stage.canarySettings ?? { percentTraffic: 0, deploymentId: stage.deploymentId, useStageCache: false };

/** Removing an override that does not exist has no effect, and does not create a canary. */
export function withoutOverride(stage: Stage, name: string): Stage {
  if (!stage.canarySettings) return stage;
  const { stageVariableOverrides, ...canary } = stage.canarySettings;
  const rest = omitEmpty(withoutKey(stageVariableOverrides ?? {}, name));
  return { ...stage, canarySettings: { ...canary, ...(rest && { stageVariableOverrides: rest }) } };
}

/** Copies the deployment id, or merges the overrides into the variables; the canary stays (§6 "Promoting"). */
export function promote(stage: Stage, path: string, from: string): Stage {
  const toDeployment = path === '/deploymentId' && from === '/canarySettings/deploymentId';
  const toVariables = path === '/variables' && from === '/canarySettings/stageVariableOverrides';
  if (!toDeployment && !toVariables) throw badRequest(recorded.invalidCopy(path, from));
  if (!stage.canarySettings) throw badRequest(recorded.noCanaryToPromote);
  const { deploymentId, stageVariableOverrides } = stage.canarySettings;
  if (toDeployment) return { ...stage, deploymentId };
  const variables = omitEmpty(checkVariables({ ...stage.variables, ...stageVariableOverrides }));
  return variables ? { ...stage, variables } : stage;
}
