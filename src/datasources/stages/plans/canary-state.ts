import type { StageModel } from '../wire/model.ts';
import type { PatchOperation } from './patch-plan.ts';
import { canaryRules } from './patch-rules.ts';

/** What a canary serves, and to which share of the requests. */
export interface CanaryState {
  readonly deploymentId: string;
  readonly percentTraffic: number;
  readonly stageVariableOverrides: readonly { readonly name: string }[];
}

/** What a stage serves. */
export interface ServedState {
  readonly deploymentId: string;
  readonly canarySettings: CanaryState | null;
}

const CANARY = '/canarySettings';
const OVERRIDES = `${CANARY}/stageVariableOverrides/`;

function percentOf(text: string, otherwise: number): number {
  const decoded = canaryRules.percentTraffic.decode(text);
  return 'value' in decoded ? decoded.value : otherwise;
}

/** The canary after a write below its path. */
function canaryAfter(canary: CanaryState, operation: PatchOperation): CanaryState {
  const { path } = operation;
  if (path.startsWith(OVERRIDES)) {
    const name = path.slice(OVERRIDES.length);
    const others = canary.stageVariableOverrides.filter((override) => override.name !== name);
    return { ...canary, stageVariableOverrides: operation.op === 'remove' ? others : [...others, { name }] };
  }
  if (!('value' in operation)) return canary;
  const { value } = operation;
  if (path === `${CANARY}/deploymentId`) return { ...canary, deploymentId: value };
  return path === `${CANARY}/percentTraffic`
    ? { ...canary, percentTraffic: percentOf(value, canary.percentTraffic) }
    : canary;
}

function after(state: ServedState, operation: PatchOperation): ServedState {
  const { deploymentId, canarySettings } = state;
  const { path } = operation;
  if (path.startsWith(`${CANARY}/`)) {
    // AWS starts a canary at any write.
    const canary = canarySettings ?? { deploymentId, percentTraffic: 0, stageVariableOverrides: [] };
    return { deploymentId, canarySettings: canaryAfter(canary, operation) };
  }
  if (path === CANARY && operation.op === 'remove') return { deploymentId, canarySettings: null };
  if (path !== '/deploymentId' || operation.op === 'remove') return state;
  const served = operation.op === 'copy' ? canarySettings?.deploymentId : operation.value;
  return { deploymentId: served ?? deploymentId, canarySettings };
}

/** What a stage will serve after these operations. */
export const stateAfter = (stage: StageModel, operations: readonly PatchOperation[]): ServedState =>
  operations.reduce<ServedState>(after, stage);

/**
 * Whether the canary serves what the stage itself serves. With overrides it does not; their values are not compared, which
 * would disclose them to callers who may not see them.
 */
export const testsNothing = ({ canarySettings, deploymentId }: ServedState): boolean =>
  canarySettings?.deploymentId === deploymentId && canarySettings.stageVariableOverrides.length === 0;
