import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPolicySet } from '../../../src/auth/policies/decide.ts';
import { outcome, policiesOf, principal, stage, target } from '../../support/policies.ts';

const setOf = (...texts: readonly string[]) => createPolicySet(policiesOf(texts.join('\n')).policies);
const policy = (effect: 'permit' | 'forbid', clauses = '', action = 'action', id?: string): string =>
  `${id === undefined ? '' : `@id("${id}") `}${effect} (principal, ${action}, resource is Stage) ${clauses};`;

const ada = principal('ada', { groups: ['payments'] });
const TEAM = 'resource.hasTag("team") && resource.getTag("team") == "payments"';
const PROD = 'resource.stageName == "prod"';
/** Cannot be evaluated for prod. */
const OVERFLOW = '9007199254740991 * (if resource.stageName == "prod" then 9007199254740991 else 0) >= 0';
const DEV = 'resource.stageName == "dev"';

describe('a decision', () => {
  const { decide } = setOf(
    '@id("all") permit (principal, action, resource);',
    policy('permit', '', 'action', 'stages'),
    policy('forbid', `when { ${DEV} }`, 'action', 'not-dev'),
    policy('forbid', `when { ${TEAM} }`, 'action', 'not-payments'),
  );

  test('names the policies that permit, or those that forbid', () => {
    expect(decide(ada, 'read', target)).toEqual({ allowed: true, policies: ['all'] });
    expect(decide(ada, 'updateStage', stage({}))).toEqual({ allowed: true, policies: ['all', 'stages'] });
    expect(decide(ada, 'updateStage', stage({ team: 'payments' }, 'dev'))).toEqual({
      allowed: false,
      policies: ['not-dev', 'not-payments'],
    });
  });

  test('is a refusal by no policy where none permits', () => {
    const none = setOf(policy('permit', `when { ${DEV} }`));
    expect(none.decide(ada, 'updateStage', stage({}))).toEqual({ allowed: false, policies: [] });
    expect(none.decide(ada, 'read', target)).toEqual({ allowed: false, policies: [] });
  });

  test('is a refusal where a policy cannot be evaluated, because it might forbid', () => {
    const failing = setOf(
      policy('permit', '', 'action', 'all'),
      policy('forbid', `when { ${OVERFLOW} }`, 'action', 'overflows'),
    );
    expect(failing.decide(ada, 'updateStage', stage({}))).toEqual({
      allowed: false,
      policies: ['overflows'],
    });
    expect(outcome(failing.decide(ada, 'updateStage', stage()))).toBe('deny');
    expect(outcome(failing.decide(ada, 'updateStage', stage(undefined, 'dev')))).toBe('deny');
  });

  test('leaves out a permit that cannot be evaluated', () => {
    const failing = setOf(policy('permit'), policy('permit', `when { ${OVERFLOW} }`));
    expect(failing.decide(ada, 'updateStage', stage({}))).toEqual({ allowed: true, policies: ['policy0'] });
    expect(outcome(setOf(policy('permit', `when { ${OVERFLOW} }`)).decide(ada, 'updateStage', stage()))).toBe(
      'deny',
    );
  });

  test.each([
    ['the account', 'resource.account == "111122223333"', 'resource.account == "444455556666"'],
    ['the Region', 'resource.region like "eu-*"', 'resource.region like "us-*"'],
    ['the API', 'resource.restApiId == "petstore01"', 'resource.restApiId == "other00001"'],
    ['the name', PROD, DEV],
    [
      'the target',
      'resource in Target::"111122223333/eu-central-1"',
      'resource in Target::"111122223333/us-east-1"',
    ],
    [
      'the stage',
      'resource == Stage::"111122223333/eu-central-1/petstore01/prod"',
      'resource == Stage::"111122223333/eu-central-1/petstore01/dev"',
    ],
    ['the alias, which may be absent', '!(resource has alias)', 'resource has alias'],
    ['the claims', 'principal.hasTag("groups")', 'principal.hasTag("teams")'],
  ])('is made by %s', (_, permits, refuses) => {
    const decide = (condition: string) =>
      outcome(setOf(policy('permit', `when { ${condition} }`)).decide(ada, 'updateStage', stage()));
    expect([decide(permits), decide(refuses)]).toEqual(['allow', 'deny']);
  });

  test('follows the alias when it changes', () => {
    const { decide: byAlias } = setOf(
      'permit (principal, action, resource) when { resource has alias && resource.alias == "shop" };',
    );
    const as = (alias?: string) => outcome(byAlias(ada, 'read', { ...target, alias }));
    expect([as('shop'), as('archive'), as(), as('shop')]).toEqual(['allow', 'deny', 'deny', 'allow']);
  });

  test('follows the tags when they change', () => {
    const { decide: byTags } = setOf(policy('permit', `when { ${TEAM} }`));
    const as = (tags: Record<string, string>) => outcome(byTags(ada, 'tagStage', stage(tags)));
    expect([
      as({ team: 'payments' }),
      as({ team: 'search' }),
      as({}),
      as({ team: 'payments', a: 'b' }),
    ]).toEqual(['allow', 'deny', 'deny', 'allow']);
  });

  test('computes what it depends on of a principal once', () => {
    let reads = 0;
    const { decide: decideOn, keyOf } = setOf(policy('permit', `when { ${DEV} }`), policy('permit'));
    const watched = {
      ...ada,
      get claims() {
        reads += 1;
        return ada.claims;
      },
    };
    const key = keyOf(watched);
    decideOn(watched, 'read', target);
    const afterFirst = reads;
    decideOn(watched, 'read', target);
    expect(keyOf(watched)).toBe(key);
    expect(reads).toBe(afterFirst);
  });

  test('takes names of JavaScript for names', () => {
    const proto = setOf(
      policy(
        'permit',
        'when { principal.hasTag("__proto__") && principal.getTag("__proto__").contains("a") }',
      ),
      policy('forbid', 'when { resource.hasTag("__proto__") }'),
    );
    const caller = principal('ada');
    const named = { ...caller, claims: new Map([['__proto__', ['a']]]) };
    const tagged = { ...stage({}), tags: new Map([['__proto__', '']]) };
    expect(outcome(proto.decide(caller, 'updateStage', stage({})))).toBe('deny');
    expect(outcome(proto.decide(named, 'updateStage', stage({})))).toBe('allow');
    expect(outcome(proto.decide(named, 'updateStage', tagged))).toBe('deny');
  });
});

describe('while the tags of a stage are not known', () => {
  const permitAll = policy('permit');
  const rows: readonly (readonly [string, readonly string[], string])[] = [
    ['policies without tags decide', [permitAll], 'allow'],
    ['no policy refuses', [], 'deny'],
    ['a permit by tags depends on them', [policy('permit', `when { ${TEAM} }`)], 'depends on tags'],
    [
      'a forbid by tags depends on them',
      [permitAll, policy('forbid', `when { ${TEAM} }`)],
      'depends on tags',
    ],
    ['a forbid by tags where nothing permits refuses', [policy('forbid', `when { ${TEAM} }`)], 'deny'],
    [
      'a permit by tags beside one without tags permits',
      [permitAll, policy('permit', `when { ${TEAM} }`)],
      'allow',
    ],
    [
      'a forbid without tags wins over a permit by tags',
      [policy('permit', `when { ${TEAM} }`), policy('forbid', `when { ${PROD} }`)],
      'deny',
    ],
    [
      'a forbid without tags wins over a forbid by tags',
      [permitAll, policy('forbid', `when { ${TEAM} }`), policy('forbid')],
      'deny',
    ],
    [
      'a forbid that does not apply changes nothing',
      [policy('permit', `when { ${TEAM} }`), policy('forbid', `when { ${DEV} }`)],
      'depends on tags',
    ],
    [
      'another action decides before the tags',
      [policy('permit', `when { ${TEAM} }`, 'action == Action::"deleteStage"')],
      'deny',
    ],
    [
      'another group decides before the tags',
      [permitAll, policy('forbid', `when { ${TEAM} }`, 'action in Action::"admin"')],
      'allow',
    ],
    ['a conjunct without tags decides', [policy('permit', `when { ${DEV} && ${TEAM} }`)], 'deny'],
    ['a conjunct behind the tags decides', [policy('permit', `when { ${TEAM} && ${DEV} }`)], 'deny'],
    [
      'a conjunct nested to the left decides',
      [policy('permit', `when { (${TEAM} && ${DEV}) && resource.hasTag("a") }`)],
      'deny',
    ],
    [
      'a conjunct nested to the right decides',
      [policy('permit', `when { resource.hasTag("a") && (resource.hasTag("b") && (${DEV})) }`)],
      'deny',
    ],
    ['a clause of its own decides', [policy('permit', `when { ${TEAM} } when { ${DEV} }`)], 'deny'],
    ['an unless without tags decides', [policy('permit', `when { ${TEAM} } unless { ${PROD} }`)], 'deny'],
    [
      'conjuncts without tags that hold leave it to the tags',
      [policy('permit', `when { ${PROD} && ${TEAM} }`)],
      'depends on tags',
    ],
    ['an unless with tags depends on them', [policy('permit', `unless { ${TEAM} }`)], 'depends on tags'],
    [
      'a part of an unless with tags does not decide',
      [policy('permit', `unless { ${TEAM} && ${PROD} }`)],
      'depends on tags',
    ],
    [
      'a forbid unless with tags depends on them',
      [permitAll, policy('forbid', `unless { ${TEAM} }`)],
      'depends on tags',
    ],
    [
      'a negated conjunction depends on the tags',
      [policy('permit', `when { !(${TEAM} && ${PROD}) }`)],
      'depends on tags',
    ],
    [
      'if-then-else with tags as its condition depends on them',
      [policy('permit', `when { if ${TEAM} then ${PROD} else ${DEV} }`)],
      'depends on tags',
    ],
    [
      'if-then-else with tags in a branch depends on them',
      [policy('permit', `when { if ${PROD} then ${TEAM} else true }`)],
      'depends on tags',
    ],
    [
      'if-then-else without tags decides',
      [policy('permit', `when { (if ${PROD} then false else true) && ${TEAM} }`)],
      'deny',
    ],
    [
      'a claim that is compared with a tag depends on it',
      [
        policy(
          'permit',
          'when { principal.hasTag("groups") && resource.hasTag("team") && principal.getTag("groups").contains(resource.getTag("team")) }',
        ),
      ],
      'depends on tags',
    ],
    [
      'a claim that is missing decides before the tag',
      [
        policy(
          'permit',
          'when { principal.hasTag("teams") && resource.hasTag("team") && principal.getTag("teams").contains(resource.getTag("team")) }',
        ),
      ],
      'deny',
    ],
    [
      'a forbid by tags that may fail depends on them',
      [permitAll, policy('forbid', `when { ${TEAM} && ${OVERFLOW} && ${DEV} }`)],
      'depends on tags',
    ],
    [
      'claims alone are no tags of the stage',
      [
        policy(
          'permit',
          'when { principal.hasTag("groups") && principal.getTag("groups").contains("payments") }',
        ),
      ],
      'allow',
    ],
  ];

  test.each(rows)('%s', (_, texts, expected) => {
    expect(outcome(setOf(...texts).decide(ada, 'updateStage', stage()))).toBe(expected);
  });

  test.each(rows.filter(([, , expected]) => expected === 'depends on tags'))(
    '%s, and they change the decision',
    (_, texts) => {
      const { decide } = setOf(...texts);
      const decisions = [{}, { team: 'payments' }, { team: 'search' }, { a: 'x', b: 'x' }].map((tags) =>
        outcome(decide(ada, 'updateStage', stage(tags))),
      );
      expect(new Set(decisions)).toEqual(new Set(['allow', 'deny']));
    },
  );

  test('actions on targets are decided, also where a policy looks at tags', () => {
    const { decide } = setOf(
      'permit (principal, action, resource);',
      'forbid (principal, action, resource) when { resource is Stage && resource.hasTag("locked") };',
    );
    expect(outcome(decide(ada, 'createStage', target))).toBe('allow');
    expect(outcome(decide(ada, 'read', target))).toBe('allow');
    expect(outcome(decide(ada, 'updateStage', stage()))).toBe('depends on tags');
  });
});

/** Conditions of a small grammar. `tags`: whether they may look at the tags of the stage. */
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'resource.hasTag("team")',
      'resource.hasTag("env")',
      `(${TEAM})`,
      `(${PROD})`,
      `(${DEV})`,
      'principal.hasTag("groups")',
      'true',
      'false',
      `(${OVERFLOW})`,
    ),
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map((parts) => `(${parts.join(' ')})`),
    tie('condition').map((inner) => `!${inner}`),
    fc
      .tuple(tie('condition'), tie('condition'), tie('condition'))
      .map(([test, yes, no]) => `(if ${test} then ${yes} else ${no})`),
  ),
}));
const clauses = fc
  .array(fc.tuple(fc.constantFrom('when', 'unless'), condition), { maxLength: 2 })
  .map((parts) => parts.map(([kind, body]) => `${kind} { ${body} }`).join(' '));
const generated = fc
  .tuple(
    fc.constantFrom('permit' as const, 'forbid' as const),
    clauses,
    fc.constantFrom('action', 'action in Action::"write"', 'action == Action::"deleteStage"'),
  )
  .map(([effect, text, action]) => policy(effect, text, action));

const allTags = [{}, { team: 'payments' }, { team: 'search' }].flatMap((tags) => [
  tags,
  { ...tags, env: 'x' },
]);

test('a decision without tags is the decision for any tags', () => {
  const seen = { allow: 0, deny: 0, 'depends on tags': 0 };
  fc.assert(
    fc.property(fc.array(generated, { minLength: 1, maxLength: 4 }), (texts) => {
      const { decide } = setOf(...texts);
      for (const caller of [ada, principal(null)]) {
        for (const stageName of ['prod', 'dev']) {
          const without = outcome(decide(caller, 'updateStage', stage(undefined, stageName)));
          seen[without] += 1;
          if (without === 'depends on tags') continue;
          const decisions = allTags.map((tags) =>
            outcome(decide(caller, 'updateStage', stage(tags, stageName))),
          );
          expect(decisions).toEqual(allTags.map(() => without));
        }
      }
    }),
    { numRuns: 200 },
  );
  // The grammar reaches all three.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});
