import { resourceTypeOf } from '../auth/policies/actions.ts';
import { claimSets } from '../auth/policies/claims.ts';
import type { PolicySet } from '../auth/policies/decide.ts';
import type { PolicyResource } from '../auth/policies/resources.ts';
import type { PolicyCase } from './cases-file.ts';

function resourceOf({ action, resource }: PolicyCase): PolicyResource {
  const { restApiId = '', stageName = '', tags = {}, ...target } = resource;
  return resourceTypeOf(action) === 'Target'
    ? target
    : { ...target, restApiId, stageName, tags: new Map(Object.entries(tags)) };
}

/** Claims as a token has them: sub and client_id are what the policies know as subject and client. */
const principalOf = ({ principal: { subject, client, claims = {} } }: PolicyCase) => ({
  subject: subject ?? null,
  client: client ?? null,
  claims: claimSets({
    ...(subject === undefined ? {} : { sub: subject }),
    ...(client === undefined ? {} : { client_id: client }),
    ...claims,
  }),
});

const named = (policies: readonly string[]): string =>
  policies.length === 0 ? 'no policy' : policies.join(', ');

/** What is wrong with the decision of a case; undefined if it is the expected one. */
export function runCase({ decide }: PolicySet, asked: PolicyCase): string | undefined {
  const decision = decide(principalOf(asked), asked.action, resourceOf(asked));
  if (decision === 'depends on tags') throw new Error('the tags of a case are known');
  const given = decision.allowed ? 'allow' : 'deny';
  if (given !== asked.decision) {
    return `the decision is ${given}, by ${named(decision.policies)}; expected: ${asked.decision}`;
  }
  const { policies } = asked;
  if (policies === undefined || named([...policies].sort()) === named(decision.policies)) return undefined;
  return `the decision is by ${named(decision.policies)}; expected: ${named(policies)}`;
}
