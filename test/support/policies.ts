import type { PolicySet } from '../../src/auth/policies/decide.ts';
import { type NamedPolicy, readPolicies } from '../../src/auth/policies/policy-file.ts';
import type { PolicyStage, Principal } from '../../src/auth/policies/resources.ts';

/** The policies of a text that has no mistakes. */
export function policiesOf(text: string): { readonly policies: readonly NamedPolicy[] } {
  const file = readPolicies('policies.cedar', text);
  if ('problems' in file) throw new Error(file.problems.join('\n'));
  return file;
}

export const principal = (
  subject: string | null,
  claims: Readonly<Record<string, readonly string[]>> = {},
  client: string | null = null,
): Principal => ({ subject, client, claims: new Map(Object.entries(claims)) });

export const target = { account: '111122223333', region: 'eu-central-1' };

/** A stage of the target; its tags are not known unless they are given. */
export const stage = (tags?: Readonly<Record<string, string>>, stageName = 'prod'): PolicyStage => ({
  ...target,
  restApiId: 'petstore01',
  stageName,
  tags: tags && new Map(Object.entries(tags)),
});

/** A decision in one word. */
export function outcome(decision: ReturnType<PolicySet['decide']>): 'allow' | 'deny' | 'depends on tags' {
  if (decision === 'depends on tags') return decision;
  return decision.allowed ? 'allow' : 'deny';
}
