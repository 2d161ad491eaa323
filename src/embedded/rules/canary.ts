import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { type CanarySettings, type Stage } from '../state/state.ts';
import { orAbsent } from './absent.ts';
import { parseBoolean, parseDouble } from './value-parsers.ts';
import { checkVariable, checkVariables, nameBelow, withoutVariable, withVariable } from './variables.ts';

/** canarySettings as CreateStage and CreateDeployment take them. */
export interface CanaryInput {
  readonly percentTraffic?: number | undefined;
  readonly deploymentId?: string | undefined;
  readonly stageVariableOverrides?: Readonly<Record<string, string>> | undefined;
  readonly useStageCache?: boolean | undefined;
}

/** §3: 0 to 100. */
function checkPercent(percent: number | undefined, given: string): number {
  if (percent === undefined || percent < 0 || percent > 100)
    throw badRequest(unverified.percentTraffic(given));
  return percent;
}

/** §6 "Creating": replaced as a whole, with these defaults. */
export function createCanary(input: CanaryInput, deploymentId: string): CanarySettings {
  const overrides = orAbsent(input.stageVariableOverrides && checkVariables(input.stageVariableOverrides));
  return {
    percentTraffic: checkPercent(
      input.percentTraffic ?? unverified.percentWhenMissing,
      String(input.percentTraffic),
    ),
    deploymentId: input.deploymentId ?? deploymentId,
    ...(overrides && { stageVariableOverrides: overrides }),
    useStageCache: input.useStageCache ?? false,
  };
}

/** The name in the path of one override, or undefined when the path is not one. */
export const overrideName = (path: string) => nameBelow('/canarySettings/stageVariableOverrides/', path);

type CanaryWrite = (
  canary: CanarySettings,
  value: string,
  deploymentExists: (id: string) => boolean,
) => CanarySettings;

const leaves: ReadonlyMap<string, CanaryWrite> = new Map<string, CanaryWrite>([
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

/** `replace` on a canary path: what it makes of the canary; undefined when there is no such path (§4). */
export function canaryWrite(path: string): CanaryWrite | undefined {
  const override = overrideName(path);
  if (override === undefined) return leaves.get(path);
  return (canary, value) => {
    checkVariable(override, value);
    return {
      ...canary,
      stageVariableOverrides: checkVariables(withVariable(canary.stageVariableOverrides, override, value)),
    };
  };
}

/** §6: patching one canary path of a stage without canary creates one. */
export const canaryOf = (stage: Stage): CanarySettings =>
  stage.canarySettings ?? { percentTraffic: 0, deploymentId: stage.deploymentId, useStageCache: false };

/** Removing an override that is not there changes nothing, like removing a variable; it never creates a canary. */
export function withoutOverride(stage: Stage, name: string): Stage {
  if (!stage.canarySettings) return stage;
  const { stageVariableOverrides, ...canary } = stage.canarySettings;
  const rest = orAbsent(withoutVariable(stageVariableOverrides, name));
  return { ...stage, canarySettings: { ...canary, ...(rest && { stageVariableOverrides: rest }) } };
}

/** §6 "Promoting": the id is copied, overrides are merged into the variables; the canary stays as it is. */
export function promote(stage: Stage, path: string, from: string): Stage {
  const toDeployment = path === '/deploymentId' && from === '/canarySettings/deploymentId';
  const toVariables = path === '/variables' && from === '/canarySettings/stageVariableOverrides';
  if (!toDeployment && !toVariables) throw badRequest(recorded.invalidCopy(path, from));
  if (!stage.canarySettings) throw badRequest(recorded.noCanaryToPromote);
  const { deploymentId, stageVariableOverrides } = stage.canarySettings;
  if (toDeployment) return { ...stage, deploymentId };
  const variables = orAbsent(checkVariables({ ...stage.variables, ...stageVariableOverrides }));
  return variables ? { ...stage, variables } : stage;
}
