import type { ApolloClient } from '@apollo/client';
import {
  CopyStageSettingsDocument,
  PatchStageDocument,
  PromoteCanaryDocument,
  RecordStageBaselineDocument,
  RemoveCanaryDocument,
  RevertStageDocument,
  SetCanarySettingsDocument,
  SetMethodSettingDocument,
  SetStageVariablesDocument,
  type MethodSettingInput,
  type ProblemFragment,
  type StageDetailsFragment,
  type StageHttpMethod,
  type StagePart,
  type StagePatchOperationInput,
  type StageVariableInput,
} from '../__generated__/graphql.ts';
import type { FieldChange } from '../words/changes.ts';
import { inPagesWords } from '../words/graph-names.ts';
import type { Operation } from '../words/plan.ts';
import { percent } from '../words/values.ts';

/** Which stage is changed, and under which conditions. */
export interface Guards {
  readonly account: string;
  readonly region: string;
  readonly restApiId: string;
  readonly stageName: string;
  readonly expectedRevision: string;
  readonly dryRun: boolean;
  readonly confirm?: string;
}

/** What a change answers. Some know no operations, others say themselves what differs. */
export interface Answer {
  readonly stage: StageDetailsFragment | null;
  readonly patchOperations?: readonly Operation[];
  readonly changes?: readonly FieldChange[];
  readonly plan?: string;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly userErrors: readonly ProblemFragment[];
}

/** The mutations of the page: what policies permit or refuse. */
export type Action =
  | 'setCanarySettings'
  | 'promoteCanary'
  | 'removeCanary'
  | 'setMethodSetting'
  | 'setStageVariables'
  | 'revertStage'
  | 'copyStageSettings'
  | 'recordStageBaseline'
  | 'patchStage';

/** Whether scopes and policies permit it. Where that is not known before the plan, the plan shows it. */
export const isPermitted = (
  { permittedMutations }: Pick<StageDetailsFragment, 'permittedMutations'>,
  action: Action,
): boolean => permittedMutations?.includes(action) ?? true;

/** A sentence about a plan. */
export interface Note {
  readonly text: string;
  readonly isWarning?: boolean;
}

/** A change that a person asks for, before its plan is shown. */
export interface ChangeRequest {
  readonly action: Action;
  readonly title: string;
  /** What is said when it is done. */
  readonly done: string;
  /** What it does, where the answer has no operations that say it. */
  readonly says?: string;
  /** What the lines of the plan do not say. */
  readonly notes?: readonly Note[];
  /** `plan`: of the dry run, which the change must still have. */
  readonly send: (client: ApolloClient, guards: Guards, plan?: string) => Promise<Answer>;
}

interface Result {
  readonly data?: { readonly change?: Answer | null } | undefined;
}

const say = <Said extends { readonly message: string }>(said: Said): Said => ({
  ...said,
  message: inPagesWords(said.message),
});

async function answerOf(sent: Promise<Result>): Promise<Answer> {
  const { data } = await sent;
  if (data?.change == null) throw new Error('The gateway gave no answer.');
  const { warnings, userErrors, ...answer } = data.change;
  return { ...answer, warnings: warnings.map(say), userErrors: userErrors.map(say) };
}

export const moveTraffic = (percentTraffic: number): ChangeRequest => ({
  action: 'setCanarySettings',
  title: `Give the canary ${percent(percentTraffic)} of the traffic`,
  done: `The canary gets ${percent(percentTraffic)} of the traffic.`,
  send: (client, guards) =>
    answerOf(
      client.mutate({
        mutation: SetCanarySettingsDocument,
        variables: { input: { ...guards, percentTraffic } },
      }),
    ),
});

export const startCanary = (
  deploymentId: string,
  percentTraffic: number,
  overrides: readonly StageVariableInput[],
  name: string,
): ChangeRequest => ({
  action: 'setCanarySettings',
  title: `Start a canary of ${name}`,
  done: `The canary of ${name} gets ${percent(percentTraffic)} of the traffic.`,
  send: (client, guards) =>
    answerOf(
      client.mutate({
        mutation: SetCanarySettingsDocument,
        variables: {
          input: {
            ...guards,
            deploymentId,
            percentTraffic,
            ...(overrides.length > 0 && { setVariableOverrides: [...overrides] }),
          },
        },
      }),
    ),
});

/** `notes`: the methods that all callers get, or lose. */
export const promote = (notes: readonly Note[]): ChangeRequest => ({
  action: 'promoteCanary',
  title: 'Promote the canary: all traffic gets what it has, and the canary ends',
  done: 'The canary is promoted: all traffic gets what it had.',
  notes,
  send: (client, guards) =>
    answerOf(
      client.mutate({
        mutation: PromoteCanaryDocument,
        variables: { input: { ...guards, removeCanary: true } },
      }),
    ),
});

export const abandon: ChangeRequest = {
  action: 'removeCanary',
  title: 'Abandon the canary: all traffic goes to the stage’s own deployment',
  done: 'The canary has ended.',
  send: (client, guards) =>
    answerOf(client.mutate({ mutation: RemoveCanaryDocument, variables: { input: guards } })),
};

export const throttle = (
  resourcePath: string,
  httpMethod: StageHttpMethod,
  settings: MethodSettingInput,
): ChangeRequest => {
  const method =
    resourcePath === '*' ? 'all methods without settings of their own' : `${httpMethod} ${resourcePath}`;
  return {
    action: 'setMethodSetting',
    title: `Throttle ${method}`,
    done: `The throttle of ${method} is changed.`,
    send: (client, guards) =>
      answerOf(
        client.mutate({
          mutation: SetMethodSettingDocument,
          variables: { input: { ...guards, resourcePath, httpMethod, settings } },
        }),
      ),
  };
};

export const changeVariables = (
  set: readonly StageVariableInput[],
  remove: readonly string[],
): ChangeRequest => ({
  action: 'setStageVariables',
  title: 'Change variables',
  done: 'The variables are changed.',
  send: (client, guards) =>
    answerOf(
      client.mutate({
        mutation: SetStageVariablesDocument,
        variables: { input: { ...guards, set: [...set], remove: [...remove] } },
      }),
    ),
});

/** `notes`: what is undone besides the change, since parts go back as a whole. */
export const revert = (
  toRevision: string,
  parts: readonly StagePart[],
  what: string,
  notes: readonly Note[],
): ChangeRequest => ({
  action: 'revertStage',
  title: `Undo: ${what}`,
  done: 'The change is undone.',
  notes,
  send: (client, guards, plan) =>
    answerOf(
      client.mutate({
        mutation: RevertStageDocument,
        variables: {
          input: {
            ...guards,
            toRevision,
            parts: [...parts],
            ...(plan !== undefined && { expectedPlan: plan }),
          },
        },
      }),
    ),
});

export const copyFrom = (
  from: Pick<Guards, 'account' | 'region' | 'restApiId' | 'stageName'>,
  name: string,
  parts: readonly StagePart[],
): ChangeRequest => ({
  action: 'copyStageSettings',
  title: `Make it the same as ${name}`,
  done: `These settings are the same as those of ${name} now.`,
  send: (client, guards, plan) =>
    answerOf(
      client.mutate({
        mutation: CopyStageSettingsDocument,
        variables: {
          input: { ...guards, from, parts: [...parts], ...(plan !== undefined && { expectedPlan: plan }) },
        },
      }),
    ),
});

export const recordBaseline: ChangeRequest = {
  action: 'recordStageBaseline',
  title: 'Record a baseline',
  done: 'What the stage is now is its baseline.',
  says: 'What the stage is now becomes what drift is measured against. The stage itself does not change.',
  send: (client, guards) =>
    answerOf(client.mutate({ mutation: RecordStageBaselineDocument, variables: { input: guards } })),
};

export const fix = (message: string, operations: readonly StagePatchOperationInput[]): ChangeRequest => ({
  action: 'patchStage',
  title: `Fix: ${message}`,
  done: 'The finding is fixed.',
  send: (client, guards) =>
    answerOf(
      client.mutate({
        mutation: PatchStageDocument,
        variables: { input: { ...guards, patchOperations: [...operations] } },
      }),
    ),
});
