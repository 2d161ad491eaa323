import { createHash } from 'node:crypto';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { LRUCache } from 'lru-cache';
import { oncePer } from '../../memoize/once-per.ts';
import { groupOf, type PolicyAction, resourceTypeOf } from './actions.ts';
import { dependsOnTags, mentionsOf, withoutTags } from './expressions.ts';
import type { NamedPolicy } from './policy-file.ts';
import {
  callerEntity,
  isStage,
  type PolicyResource,
  type Principal,
  resourceEntities,
  resourceId,
} from './resources.ts';

/** What policies say. `policies`: those that permit, or those that forbid; none: no policy permits. */
export type Decision =
  | { readonly allowed: boolean; readonly policies: readonly string[] }
  /** The tags of the stage decide, and they were not given. */
  | 'depends on tags';

export interface PolicySet {
  /** Decides on a stage whose tags are undefined by everything else, where that is enough. */
  readonly decide: (principal: Principal, action: PolicyAction, resource: PolicyResource) => Decision;
  /** Callers with equal keys get equal decisions. */
  readonly keyOf: (principal: Principal) => string;
}

const MAX_DECISIONS = 20_000;

/** Cedar keeps each set under a name of its own. */
let lastSet = 0;

type Matching = Exclude<Decision, string>;
type Ask<Answer extends Decision = Matching> = (
  principal: Principal,
  action: PolicyAction,
  resource: PolicyResource,
) => Answer;

const isForbid = ({ policy }: NamedPolicy): boolean => policy.effect === 'forbid';

/** `forbidPolicies`: the policies whose failure is a refusal. */
function prepare(policies: readonly NamedPolicy[], forbidPolicies: readonly NamedPolicy[]): Ask {
  const id = `set ${++lastSet}`;
  const answer = preparsePolicySet(id, {
    staticPolicies: Object.fromEntries(policies.map(({ name, policy }) => [name, policy])),
  });
  if (answer.type === 'failure') {
    throw new Error(
      `Cedar refuses policies that it has read: ${answer.errors.map(({ message }) => message).join('; ')}`,
    );
  }
  const forbidding = new Set(forbidPolicies.map(({ name }) => name));
  return (principal, action, resource) => {
    const group = groupOf(action);
    const caller = callerEntity(principal);
    const asked = { type: 'Action', id: action };
    const parents = group === undefined ? [] : [{ type: 'Action', id: group }];
    const result = statefulIsAuthorized({
      principal: caller.uid,
      action: asked,
      resource: { type: resourceTypeOf(action), id: resourceId(resource) },
      context: {},
      preparsedPolicySetId: id,
      entities: [caller, { uid: asked, attrs: {}, parents }, ...resourceEntities(resource)],
    });
    if (result.type === 'failure') {
      throw new Error(`Cedar cannot decide: ${result.errors.map(({ message }) => message).join('; ')}`);
    }
    const { decision, diagnostics } = result.response;
    // Cedar leaves out a policy that it cannot evaluate. It might forbid.
    const failed = diagnostics.errors.map(({ policyId }) => policyId).filter((name) => forbidding.has(name));
    if (failed.length > 0) return { allowed: false, policies: failed.sort() };
    return { allowed: decision === 'allow', policies: [...diagnostics.reason].sort() };
  };
}

const asPermit = ({ name, policy }: NamedPolicy): NamedPolicy => ({
  name,
  policy: { ...policy, effect: 'permit' },
});

const withoutTagConditions = ({ name, policy }: NamedPolicy): NamedPolicy => ({
  name,
  policy: withoutTags(policy),
});

/** Partial evaluation: decides while the tags are not known. Each policy that looks at them may or may not apply. */
function withUnknownTags(policies: readonly NamedPolicy[]): Ask<Decision> | undefined {
  const tagDependent = new Set(
    policies.filter(({ policy }) => dependsOnTags(policy)).map(({ name }) => name),
  );
  if (tagDependent.size === 0) return undefined;
  const forbids = policies.filter(isForbid);
  const permitting = prepare(policies.filter((each) => !isForbid(each)).map(withoutTagConditions), []);
  const forbidding = prepare(forbids.map(withoutTagConditions).map(asPermit), forbids);
  return (...question) => {
    const forbid = forbidding(...question).policies;
    const definite = forbid.filter((name) => !tagDependent.has(name));
    if (definite.length > 0) return { allowed: false, policies: definite };
    const permit = permitting(...question).policies;
    if (permit.length === 0) return { allowed: false, policies: [] };
    const permitted = permit.filter((name) => !tagDependent.has(name));
    if (forbid.length > 0 || permitted.length === 0) return 'depends on tags';
    return { allowed: true, policies: permitted };
  };
}

/** Policies, ready to decide. Decisions are memoised by all that they depend on. */
export function createPolicySet(policies: readonly NamedPolicy[]): PolicySet {
  const { id, attributes, claims } = mentionsOf(policies.map(({ policy }) => policy));
  const ask = prepare(policies, policies.filter(isForbid));
  const askWithoutTags = withUnknownTags(policies) ?? ask;
  const decisions = new LRUCache<string, { readonly decision: Decision }>({ max: MAX_DECISIONS });

  const keyOf = oncePer(({ subject, client, claims: all }: Principal): string => {
    const names = [...(claims ?? all.keys())].sort();
    const mentioned = [
      id ? (subject ?? client) : null,
      attributes.has('subject') ? subject : null,
      attributes.has('client') ? client : null,
      ...names.map((name) => [name, [...(all.get(name) ?? [])].sort(), all.has(name)]),
    ];
    // Groups are many: a digest is shorter.
    return createHash('sha256').update(JSON.stringify(mentioned)).digest('base64url');
  });

  function decideNow(principal: Principal, action: PolicyAction, resource: PolicyResource): Decision {
    const areKnown = !isStage(resource) || resource.tags !== undefined;
    return (areKnown ? ask : askWithoutTags)(principal, action, resource);
  }

  return {
    keyOf,
    decide(principal, action, resource) {
      const tags = isStage(resource) && resource.tags !== undefined ? [...resource.tags].sort() : null;
      const key = JSON.stringify([keyOf(principal), action, resourceId(resource), resource.alias, tags]);
      const known = decisions.get(key) ?? { decision: decideNow(principal, action, resource) };
      decisions.set(key, known);
      return known.decision;
    },
  };
}
