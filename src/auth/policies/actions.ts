import type { MutationResolvers } from '../../__generated__/types.ts';
import type { Scope } from '../scopes.ts';

/** The name of a mutation, which is the name of its action. */
export type MutationName = keyof MutationResolvers;

interface MutationAction {
  /** The group of actions that it belongs to: the scope that the mutation needs. */
  readonly in: 'write' | 'admin';
  /** What is decided on: a mutation that makes something is decided on the target in which it is made. */
  readonly on: 'Stage' | 'Target';
}

const writeStage: MutationAction = { in: 'write', on: 'Stage' };
const administerStage: MutationAction = { in: 'admin', on: 'Stage' };
const createInTarget: MutationAction = { in: 'write', on: 'Target' };

/** One action for each mutation. The compiler asks for those of new mutations. */
export const mutationActions = {
  createStage: createInTarget,
  updateStage: writeStage,
  setMethodSetting: writeStage,
  removeMethodSetting: writeStage,
  setStageVariables: writeStage,
  setCanarySettings: writeStage,
  promoteCanary: writeStage,
  removeCanary: writeStage,
  setAccessLogSettings: writeStage,
  removeAccessLogSettings: writeStage,
  patchStage: administerStage,
  deleteStage: administerStage,
  flushStageCache: writeStage,
  flushStageAuthorizersCache: writeStage,
  tagStage: writeStage,
  untagStage: writeStage,
  applyStage: writeStage,
  copyStageSettings: writeStage,
  createRestApiDeployment: createInTarget,
  revertStage: writeStage,
  recordStageBaseline: writeStage,
  removeStageBaseline: writeStage,
} as const satisfies Record<MutationName, MutationAction>;

/** A caller needs one of these scopes for a mutation, as the schema declares it. */
export const scopesOf = (mutation: MutationName): readonly (readonly Scope[])[] =>
  mutationActions[mutation].in === 'write' ? [['stages:write'], ['stages:admin']] : [['stages:admin']];

/** The actions of reads. */
const readActions = ['read', 'readVariables'] as const;

export type ReadAction = (typeof readActions)[number];
export type PolicyAction = ReadAction | MutationName;

export const isMutationName = (name: string): name is MutationName => Object.hasOwn(mutationActions, name);

export const isPolicyAction = (name: string): name is PolicyAction =>
  isMutationName(name) || readActions.some((action) => action === name);

export const allPolicyActions: readonly string[] = [...readActions, ...Object.keys(mutationActions)];

/** The type of the resource that an action is decided on. */
export const resourceTypeOf = (action: PolicyAction): 'Stage' | 'Target' =>
  isMutationName(action) ? mutationActions[action].on : 'Target';

/** The group of an action; undefined for reads. */
export const groupOf = (action: PolicyAction): string | undefined =>
  isMutationName(action) ? mutationActions[action].in : undefined;
