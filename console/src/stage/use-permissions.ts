import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import {
  MayApplyDocument,
  MayDoDocument,
  MayPatchDocument,
  type StageDetailsFragment,
} from '../__generated__/graphql.ts';
import type { Action } from '../changes/wish.ts';

/** Why a change is refused, by its mutation; permitted ones are not in it. */
export type Refusals = Partial<Readonly<Record<Action, string>>>;

export interface Permissions {
  /** Undefined: not known yet, so no change is offered. */
  readonly refusals: Refusals | undefined;
  /** Whether each change was asked for by itself: policies may decide on each. */
  readonly isComplete: boolean;
  readonly checkAll: () => Promise<void>;
  readonly forbid: (action: Action, reason: string) => void;
}

/** By the names in the operation; the response has them as paths of its errors. */
export const actions: readonly Action[] = [
  'setCanarySettings',
  'promoteCanary',
  'removeCanary',
  'setMethodSetting',
  'setStageVariables',
  'revertStage',
  'copyStageSettings',
  'recordStageBaseline',
  'patchStage',
];

interface FieldError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

const forbidden = (error: unknown): ReadonlyMap<string | number | undefined, string> => {
  const errors: readonly FieldError[] =
    typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors)
      ? error.errors
      : [];
  return new Map(
    errors
      .filter(({ extensions }) => extensions?.code === 'FORBIDDEN')
      .map(({ path, message }) => [path?.[0], message]),
  );
};

/** Dry runs of what the stage has already. */
function inputsOf({ account, region, restApiId, stageName, ...stage }: StageDetailsFragment) {
  const input = { account, region, restApiId, stageName, dryRun: true };
  const { tracingEnabled, revision, deploymentId } = stage;
  const asItIs = [{ op: 'replace', path: '/tracingEnabled', value: String(tracingEnabled) }];
  return {
    apply: { ...input, desired: { tracingEnabled } },
    patch: { ...input, patchOperations: asItIs },
    // One for each change of the page.
    canary: { ...input, deploymentId, percentTraffic: stage.canarySettings?.percentTraffic ?? 0 },
    promote: input,
    abandon: input,
    method: { ...input, resourcePath: '*', httpMethod: 'ALL' as const, settings: { metricsEnabled: false } },
    variables: { ...input, set: [{ name: 'any', value: 'any' }] },
    revert: { ...input, toRevision: revision },
    copy: { ...input, from: { stageName }, parts: ['TRACING' as const] },
    baseline: input,
  };
}

/**
 * What the caller may do with a stage. The graph has no field that tells it, so dry runs do, the fewest that cost a read:
 * the change that needs the most, where it is refused another one, and where that is refused too, or where a person asks, all.
 */
export function usePermissions(stage: StageDetailsFragment): Permissions {
  const client = useApolloClient();
  const [known, setKnown] = useState<{ refusals: Refusals; isComplete: boolean }>();

  const { apply, ...changes } = inputsOf(stage);
  const how = { errorPolicy: 'all', fetchPolicy: 'no-cache' } as const;

  async function checkAll(): Promise<void> {
    const { error } = await client.mutate({ mutation: MayDoDocument, variables: changes, ...how });
    const refused = forbidden(error);
    const entries = actions.flatMap((action) => {
      const reason = refused.get(action);
      return reason === undefined ? [] : [[action, reason] as const];
    });
    setKnown({ refusals: Object.fromEntries(entries), isComplete: true });
  }
  async function check(): Promise<void> {
    const mayPatch = { mutation: MayPatchDocument, variables: { input: changes.patch } };
    const patchStage = forbidden((await client.mutate({ ...mayPatch, ...how })).error).get('patchStage');
    if (patchStage === undefined) {
      setKnown({ refusals: {}, isComplete: false });
      return;
    }
    const mayApply = { mutation: MayApplyDocument, variables: { input: apply } };
    if (forbidden((await client.mutate({ ...mayApply, ...how })).error).has('applyStage')) return checkAll();
    setKnown({ refusals: { patchStage }, isComplete: false });
  }
  useEffect(() => {
    // Where it cannot be asked, the plan of a change says what is refused.
    check().catch(() => setKnown({ refusals: {}, isComplete: false }));
    // Once for each stage: its page is made anew for another one.
  }, [stage.id]);

  return {
    refusals: known?.refusals,
    isComplete: known?.isComplete ?? false,
    checkAll,
    forbid: (action, reason) =>
      setKnown({
        refusals: { ...known?.refusals, [action]: reason },
        isComplete: known?.isComplete ?? false,
      }),
  };
}
