import type { TokenClaims } from './access-token.ts';
import { type MutationName, resourceTypeOf } from './policies/actions.ts';
import type { Decision, PolicySet } from './policies/decide.ts';
import type { Principal, PolicyTarget } from './policies/resources.ts';
import type { Scope } from './scopes.ts';

/** A stage that a change is about. */
export interface ChangedStage {
  /** `<account>/<region>` */
  readonly target: string;
  readonly restApiId: string;
  /** Null for a deployment that no stage is to serve. */
  readonly stageName: string | null;
  /** Undefined: they are not known yet. */
  readonly tags?: ReadonlyMap<string, string> | undefined;
}

/** What a caller may do. */
export interface Permissions {
  /** Whether the caller has all scopes of at least one of these sets; the format is that of `@requiresScopes`. */
  readonly hasScopes: (anyOf: readonly (readonly string[])[]) => boolean;
  /** Whether anything of a target (`<account>/<region>`) may be read. */
  readonly readsTarget: (target: string) => boolean;
  /** Whether the values of stage variables of a target may be read. */
  readonly seesVariablesOf: (target: string) => boolean;
  /** What the policies say of a mutation, whose scope the caller has. */
  readonly decide: (mutation: MutationName, stage: ChangedStage) => Decision;
  /** Whether the caller may change anything at all: a token must name its subject. */
  readonly isAccountable: boolean;
  /** Whether protected stages may be changed without `confirm`. */
  readonly changesProtectedStages: boolean;
  /** Callers with equal permissions may share a cached response. */
  readonly permissions: string;
}

/** The policies at this moment, with what they are asked about. */
export interface PoliciesInForce {
  readonly policies: PolicySet;
  /** Changes with the policies and with the targets. */
  readonly generation: string;
  readonly aliasOf: (account: string) => string | undefined;
}

const SEES_VARIABLES: Scope = 'stages:variables';
const CHANGES_PROTECTED: Scope = 'stages:admin';

const always = (): boolean => true;
const never = (): boolean => false;
const PERMITTED: Decision = { allowed: true, policies: [] };
const permitted = (): Decision => PERMITTED;

type PolicyDecisions = Pick<Permissions, 'readsTarget' | 'seesVariablesOf' | 'decide'>;

const withoutPolicies: PolicyDecisions = {
  readsTarget: always,
  seesVariablesOf: always,
  decide: permitted,
};

/** Each target is asked about once: a read of 120 targets evaluates no policy again. */
function onceForEach(decide: (target: string) => boolean): (target: string) => boolean {
  const known = new Map<string, boolean>();
  return (target) => {
    let decision = known.get(target);
    if (decision === undefined) known.set(target, (decision = decide(target)));
    return decision;
  };
}

function byPolicies(principal: Principal, { policies, aliasOf }: PoliciesInForce): PolicyDecisions {
  function describe(target: string): PolicyTarget {
    const [account = '', region = ''] = target.split('/');
    return { account, alias: aliasOf(account), region };
  }
  const allows = (action: 'read' | 'readVariables') => (target: string) => {
    const decision = policies.decide(principal, action, describe(target));
    return decision !== 'depends on tags' && decision.allowed;
  };
  return {
    readsTarget: onceForEach(allows('read')),
    seesVariablesOf: onceForEach(allows('readVariables')),
    decide(mutation, { target, restApiId, stageName, tags }) {
      const of = describe(target);
      if (resourceTypeOf(mutation) === 'Target') return policies.decide(principal, mutation, of);
      return policies.decide(principal, mutation, { ...of, restApiId, stageName: stageName ?? '', tags });
    },
  };
}

/** What the policies in force let a caller do; without policies, everything. */
function policyDecisions(principal: Principal, inForce: PoliciesInForce | undefined): PolicyDecisions {
  return inForce === undefined ? withoutPolicies : byPolicies(principal, inForce);
}

/** Identifies what the policies look at of a caller; '' without policies. */
const policyKey = (principal: Principal, inForce: PoliciesInForce | undefined): string =>
  inForce === undefined ? '' : ` ${inForce.generation} ${inForce.policies.keyOf(principal)}`;

/** The permissions of a caller with these scopes. */
export function permissionsByScopes(
  { scopes, subject }: Pick<TokenClaims, 'scopes' | 'subject'>,
  principal: Principal,
  inForce: PoliciesInForce | undefined,
): Permissions {
  const { readsTarget, seesVariablesOf, decide } = policyDecisions(principal, inForce);
  // JSON, so that one scope cannot look like two.
  const ownScopes = JSON.stringify([...scopes].filter((scope) => scope.startsWith('stages:')).sort());
  return {
    hasScopes: (anyOf) => anyOf.some((all) => all.every((scope) => scopes.has(scope))),
    readsTarget,
    seesVariablesOf: scopes.has(SEES_VARIABLES) ? seesVariablesOf : never,
    decide,
    isAccountable: subject !== null,
    changesProtectedStages: scopes.has(CHANGES_PROTECTED),
    permissions: `${ownScopes}${subject === null ? ' nameless' : ''}${policyKey(principal, inForce)}`,
  };
}

/** The permissions where there is no authentication: all but a change of a protected stage without `confirm`. */
export const permissionsOfAll = (
  principal: Principal,
  inForce: PoliciesInForce | undefined,
): Permissions => ({
  ...policyDecisions(principal, inForce),
  hasScopes: always,
  isAccountable: true,
  changesProtectedStages: false,
  permissions: `all${policyKey(principal, inForce)}`,
});
