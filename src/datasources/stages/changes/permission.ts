import { GraphQLError } from 'graphql';
import type { Caller } from '../../../auth/caller.ts';
import type { PolicyObserver } from '../../../auth/policies/observer.ts';
import { gatewayError } from '../../../errors/gateway-error.ts';
import { type Target, targetId } from '../../../fleet/target.ts';
import { quote } from '../../../untrusted/quote.ts';
import type { ChangeTarget } from './change-checks.ts';
import type { ChangeRecorder } from './change-recorder.ts';

/** The tags of a stage; a stage that does not exist has none. */
export type Tags = ReadonlyMap<string, string>;

/** Asks the policies about changes of a target's stages. */
export interface Permission {
  /** Whether the stage's tags decide. Throws FORBIDDEN if the policies refuse the change whatever the tags are. */
  readonly dependsOnTags: (change: ChangeTarget) => boolean;
  /** Throws FORBIDDEN if the policies refuse the change of a stage with these tags. */
  readonly require: (change: ChangeTarget, tags: Tags) => void;
}

export interface PermissionDependencies {
  readonly target: Target;
  readonly caller: Caller;
  readonly recorder: ChangeRecorder;
  readonly observer: PolicyObserver;
}

/** Whether a change failed with an error of the gateway's own, before anything was sent. */
export const isOwnError = (error: unknown): boolean => error instanceof GraphQLError;

export const tagsOf = (tags: readonly { readonly key: string; readonly value: string }[]): Tags =>
  new Map(tags.map(({ key, value }) => [key, value]));

function resourceOf({ label }: Target, { restApiId, stageName }: ChangeTarget): string {
  const stage = stageName === null ? '' : `stage ${quote(stageName)} of `;
  return `${stage}API ${quote(restApiId)}${label === undefined ? '' : ` (${label})`}`;
}

export function createPermission(dependencies: PermissionDependencies): Permission {
  const { target, caller, recorder, observer } = dependencies;

  function decide(change: ChangeTarget, tags: Tags | undefined): 'allowed' | 'depends on tags' {
    const { restApiId, stageName } = change;
    const mutation = recorder.mutation();
    const decision = caller.decide(mutation, { target: targetId(target), restApiId, stageName, tags });
    if (decision === 'depends on tags') return decision;
    if (decision.allowed) return 'allowed';
    recorder.recordRefusal(decision.policies);
    observer.forbade(mutation);
    throw gatewayError(
      'FORBIDDEN',
      `The policies do not permit ${mutation} on ${resourceOf(target, change)}.`,
    );
  }

  return {
    dependsOnTags: (change) => decide(change, undefined) === 'depends on tags',
    require: (change, tags) => void decide(change, tags),
  };
}
