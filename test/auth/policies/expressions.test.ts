import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPolicySet } from '../../../src/auth/policies/decide.ts';
import { mentionsOf } from '../../../src/auth/policies/expressions.ts';
import type { Principal } from '../../../src/auth/policies/resources.ts';
import { outcome, policiesOf, principal, stage, target } from '../../support/policies.ts';

const mentions = (text: string) => {
  const { id, attributes, claims } = mentionsOf(policiesOf(text).policies.map(({ policy }) => policy));
  return { id, attributes: [...attributes].sort(), claims: claims && [...claims].sort() };
};
const when = (condition: string): string =>
  `permit (principal, action, resource is Stage) when { ${condition} };`;

const NOTHING = { id: false, attributes: [], claims: [] };
const EVERYTHING = { id: true, attributes: ['client', 'subject'], claims: undefined };

describe('what policies mention of the caller', () => {
  test.each([
    ['nothing', 'permit (principal, action, resource);', NOTHING],
    ['its type, which all callers have', 'permit (principal is Caller, action, resource);', NOTHING],
    ['claims of the stage only', when('resource.hasTag("team") && resource.getTag("team") == "a"'), NOTHING],
    ['the id', 'permit (principal == Caller::"ada", action, resource);', { ...NOTHING, id: true }],
    ['the id, with in', 'permit (principal in Caller::"ada", action, resource);', { ...NOTHING, id: true }],
    [
      'the id, with the type',
      'permit (principal is Caller in Caller::"ada", action, resource);',
      { ...NOTHING, id: true },
    ],
    [
      'an attribute',
      when('principal has subject && principal.subject == "a"'),
      { ...NOTHING, attributes: ['subject'] },
    ],
    ['whether an attribute is there', when('principal has client'), { ...NOTHING, attributes: ['client'] }],
    [
      'an attribute by index',
      when('principal has client && principal["client"] like "a*"'),
      { ...NOTHING, attributes: ['client'] },
    ],
    [
      'a claim',
      when('principal.hasTag("groups") && principal.getTag("groups").contains("a")'),
      { ...NOTHING, claims: ['groups'] },
    ],
    [
      'claims in unless',
      'permit (principal, action, resource) unless { principal.hasTag("b") || principal.hasTag("a") };',
      { ...NOTHING, claims: ['a', 'b'] },
    ],
    [
      'claims in a set, a call and a condition',
      when('[principal.hasTag("a")].contains(if principal.hasTag("b") then true else principal has subject)'),
      { id: false, attributes: ['subject'], claims: ['a', 'b'] },
    ],
    ['claims in a record', when('{ "left": principal.hasTag("a") }.left'), { ...NOTHING, claims: ['a'] }],
    [
      'a claim of a computed name',
      when('principal.hasTag(resource.stageName)'),
      { ...NOTHING, claims: undefined },
    ],
    ['the caller as a whole', when('principal == Caller::"ada"'), EVERYTHING],
    [
      'the caller, chosen by a condition',
      when('(if resource.stageName == "a" then principal else principal).hasTag("a")'),
      EVERYTHING,
    ],
    ['the caller in a set', when('[principal].contains(Caller::"ada")'), EVERYTHING],
    ['the caller in a record', when('{ "a": principal }.a has subject'), EVERYTHING],
    ['the id in a condition with the type', when('principal is Caller in Caller::"ada"'), EVERYTHING],
  ])('is %s', (_, text, expected) => {
    expect(mentions(text)).toEqual(expected);
  });

  test('is the sum of all policies', () => {
    expect(
      mentions(`permit (principal == Caller::"ada", action, resource);
        ${when('principal.hasTag("a")')}
        forbid (principal, action, resource) unless { principal has client };`),
    ).toEqual({ id: true, attributes: ['client'], claims: ['a'] });
  });

  test('is found in a long chain of conditions without visiting any part twice', () => {
    const chain = Array.from({ length: 50 }, (_, index) => `principal.hasTag("c${index}")`).join(' || ');
    expect(mentions(when(chain)).claims).toHaveLength(50);
  });
});

const policies = [
  'permit (principal, action, resource);',
  'permit (principal == Caller::"ada", action, resource);',
  'forbid (principal in Caller::"eve", action, resource);',
  'permit (principal is Caller in Caller::"ci", action, resource);',
  'forbid (principal is Caller in Caller::"", action, resource);',
  when('principal == Caller::"ada"'),
  when('[principal].contains(Caller::"eve")'),
  when('principal has subject && principal.subject like "a*"'),
  'forbid (principal, action, resource) unless { principal has client };',
  'permit (principal, action, resource) when { principal has client && principal["client"] == "ci" };',
  when('principal.hasTag("groups") && principal.getTag("groups").contains("a")'),
  'forbid (principal, action, resource) when { principal.hasTag("groups") && principal.getTag("groups").isEmpty() };',
  when('principal.hasTag("groups") && principal.getTag("groups") == ["a", "b"]'),
  when('principal.hasTag("roles")'),
  when('principal.hasTag(resource.stageName) && principal.getTag(resource.stageName).contains("a")'),
  when('(if resource.stageName == "prod" then principal else principal).hasTag("roles")'),
];

const values = fc.option(fc.shuffledSubarray(['a', 'b']), { nil: undefined });
const principals: fc.Arbitrary<Principal> = fc
  .tuple(
    fc.constantFrom(null, 'ada', 'eve', 'ci'),
    fc.constantFrom(null, 'ci', 'web'),
    fc.record({ groups: values, roles: values, prod: values }),
  )
  .map(([subject, client, claims]) => ({
    subject,
    client,
    claims: new Map(
      Object.entries(claims).flatMap(([name, set]) => (set === undefined ? [] : [[name, set] as const])),
    ),
  }));

describe('the key of a caller', () => {
  test('is equal only for callers with equal decisions', () => {
    let compared = 0;
    fc.assert(
      fc.property(
        fc.subarray(policies, { minLength: 1, maxLength: 4 }),
        fc.array(principals, { minLength: 2, maxLength: 8 }),
        (texts, callers) => {
          // One set for each caller: a set answers callers of one key from its memory.
          const sets = callers.map((caller) => ({
            caller,
            set: createPolicySet(policiesOf(texts.join('\n')).policies),
          }));
          const decisions = sets.map(({ caller, set }) => ({
            key: set.keyOf(caller),
            decided: [
              set.decide(caller, 'read', target),
              set.decide(caller, 'updateStage', stage({})),
              set.decide(caller, 'updateStage', stage()),
            ],
          }));
          for (const [index, { key, decided }] of decisions.entries()) {
            for (const other of decisions.slice(index + 1).filter((each) => each.key === key)) {
              compared += 1;
              expect(other.decided).toEqual(decided);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  test.each([
    [
      'subjects',
      'permit (principal == Caller::"ada", action, resource);',
      principal('ada'),
      principal('eve'),
    ],
    [
      'subjects, with the type',
      'permit (principal is Caller in Caller::"ada", action, resource);',
      principal('ada'),
      principal('eve'),
    ],
    [
      'a client in place of a subject',
      'permit (principal == Caller::"ada", action, resource);',
      principal(null, {}, 'ada'),
      principal(null),
    ],
    [
      'a claim that is absent or empty',
      when('principal.hasTag("a")'),
      principal('ada', { a: [] }),
      principal('ada'),
    ],
    [
      'the values of two claims',
      when('principal.hasTag("a") && principal.hasTag("b")'),
      principal('x', { a: ['1'], b: [] }),
      principal('x', { a: [], b: ['1'] }),
    ],
  ])('tells %s apart', (_, text, one, other) => {
    const { keyOf } = createPolicySet(policiesOf(text).policies);
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  test('is equal for callers that differ in what the policies do not mention', () => {
    const { keyOf } = createPolicySet(policiesOf(when('principal.hasTag("groups")')).policies);
    const ada = principal('ada', { groups: ['a', 'b'], jti: ['1'] });
    expect(keyOf(principal('eve', { jti: ['2'], groups: ['b', 'a'] }, 'web'))).toBe(keyOf(ada));
    expect(keyOf(principal('eve', { groups: ['b'] }))).not.toBe(keyOf(ada));
  });

  test('lets a decision about one caller never answer for another', () => {
    const { decide } = createPolicySet(
      policiesOf('permit (principal is Caller in Caller::"ada", action, resource);').policies,
    );
    expect(['ada', 'eve', 'ada'].map((name) => outcome(decide(principal(name), 'read', target)))).toEqual([
      'allow',
      'deny',
      'allow',
    ]);
  });
});
