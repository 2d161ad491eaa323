import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import {
  allPolicyActions,
  groupOf,
  isMutationName,
  isPolicyAction,
  mutationActions,
  resourceTypeOf,
  scopesOf,
} from '../../../src/auth/policies/actions.ts';
import { createPolicySet } from '../../../src/auth/policies/decide.ts';
import { readPolicies } from '../../../src/auth/policies/policy-file.ts';
import { createSchema, printSchema } from '../../../src/graphql/schema/schema.ts';
import { readScopeDeclarations } from '../../../src/graphql/schema/scope-declarations.ts';
import { outcome, policiesOf, principal, stage, target } from '../../support/policies.ts';

const mutationsOfSchema = Object.keys(createSchema().getMutationType()?.getFields() ?? {});

describe('the actions of policies', () => {
  test('are every mutation, read and readVariables', () => {
    expect(mutationsOfSchema.length).toBeGreaterThan(15);
    expect([...allPolicyActions].sort()).toEqual([...mutationsOfSchema, 'read', 'readVariables'].sort());
    expect(allPolicyActions.every(isPolicyAction)).toBe(true);
    expect(['stage', 'write', 'constructor', '__proto__', ''].filter(isPolicyAction)).toEqual([]);
  });

  test('have as their group the scope that the GraphQL schema declares', () => {
    const declarations = readScopeDeclarations(parse(printSchema({ auth: true })));
    const scopes = mutationsOfSchema.map((name) => [name, declarations.get(`Mutation.${name}`)]);
    const asked = mutationsOfSchema.filter(isMutationName).map((name) => [name, scopesOf(name)]);
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(scopes));
    const groups = Object.entries(mutationActions).map(([name, action]) => [name, `stages:${action.in}`]);
    const first = asked.map(([name, anyOf]) => [name, anyOf?.[0]?.[0]]);
    expect(Object.fromEntries(groups)).toEqual(Object.fromEntries(first));
    expect(['read', 'readVariables'].filter(isPolicyAction).map(groupOf)).toEqual([undefined, undefined]);
  });
});

describe.each(allPolicyActions.filter(isPolicyAction))('in the schema of policies, %s', (action) => {
  const on = resourceTypeOf(action);

  test('is decided on the type of resource that the schema declares', () => {
    const other = on === 'Stage' ? 'Target' : 'Stage';
    const policy = (type: string) =>
      `permit (principal, action == Action::"${action}", resource is ${type});`;
    expect(readPolicies('p', policy(on))).toMatchObject({ warnings: [] });
    expect(readPolicies('p', policy(other))).toMatchObject({
      warnings: expect.arrayContaining([expect.stringContaining('policy is impossible')]),
    });
  });

  test('is in its group and in no other', () => {
    const resource = on === 'Stage' ? stage({}) : target;
    const permittedBy = (group: string) => {
      const { policies } = policiesOf(`permit (principal, action in Action::"${group}", resource);`);
      return outcome(createPolicySet(policies).decide(principal('ada'), action, resource)) === 'allow';
    };
    const expected = isMutationName(action) ? [mutationActions[action].in] : [];
    expect(['write', 'admin'].filter(permittedBy)).toEqual(expected);
  });
});
