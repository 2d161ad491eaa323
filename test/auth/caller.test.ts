import { describe, expect, test } from '@jest/globals';
import { createCallers } from '../../src/auth/caller.ts';
import type { PoliciesInForce } from '../../src/auth/permissions.ts';

const client = { name: null, version: null };
const targets = Array.from({ length: 120 }, (_, index) => `${111_100_000_000 + index}/us-east-1`);

/** Policies that permit all, and count how often they are asked. */
function countingPolicies(generation = '1') {
  let asked = 0;
  const inForce: PoliciesInForce = {
    policies: {
      decide() {
        asked += 1;
        return { allowed: true, policies: [] };
      },
      keyOf: ({ subject }) => subject ?? '',
    },
    generation,
    aliasOf: () => undefined,
  };
  return { inForce, asked: () => asked };
}

const tokenOf = (sub: string) => ({
  subject: sub,
  client: null,
  scopes: new Set(['stages:read', 'stages:variables']),
  claims: { sub },
});

describe('the permissions of a token', () => {
  test('are asked of the policies once for each target, however many requests it sends', () => {
    const { inForce, asked } = countingPolicies();
    const callers = createCallers(() => inForce);
    const token = tokenOf('ada');
    for (let request = 0; request < 5; request++) {
      const caller = callers.withToken(token, client);
      for (const target of targets) {
        expect(caller.readsTarget(target)).toBe(true);
        expect(caller.seesVariablesOf(target)).toBe(true);
      }
    }
    expect(asked()).toBe(240);
  });

  test('are asked again when policies or targets have changed', () => {
    const before = countingPolicies('1');
    const after = countingPolicies('2');
    let now = before.inForce;
    const callers = createCallers(() => now);
    const token = tokenOf('ada');
    callers.withToken(token, client).readsTarget('111122223333/us-east-1');
    now = after.inForce;
    callers.withToken(token, client).readsTarget('111122223333/us-east-1');
    expect([before.asked(), after.asked()]).toEqual([1, 1]);
  });

  test('are named by scopes, generation, and what the policies look at', () => {
    const { inForce } = countingPolicies();
    const callers = createCallers(() => inForce);
    const named = (sub: string) => callers.withToken(tokenOf(sub), client).permissions;
    expect(named('ada')).toBe(named('ada'));
    expect(named('ada')).not.toBe(named('eve'));
    const later = createCallers(() => countingPolicies('2').inForce);
    expect(later.withToken(tokenOf('ada'), client).permissions).not.toBe(named('ada'));
    const without = createCallers();
    expect(without.withToken(tokenOf('ada'), client).permissions).toBe(
      without.withToken(tokenOf('eve'), client).permissions,
    );
  });
});
