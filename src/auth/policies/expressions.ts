import type { Clause, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { isObject, memberOf } from '../../untrusted/unknown-value.ts';

/** What of the caller policies look at: decisions do not depend on anything else of it. */
export interface Mentions {
  /** The id of the principal. */
  readonly id: boolean;
  readonly attributes: ReadonlySet<string>;
  /** Undefined: a policy computes the name of a claim, so all of them count. */
  readonly claims: ReadonlySet<string> | undefined;
}

const isVariable = (expression: unknown, name: string): boolean => memberOf(expression, 'Var') === name;

/** The one operator of an expression with its operands, as Cedar's JSON has it. */
const operators = (expression: unknown): [string, unknown][] =>
  isObject(expression) && !Array.isArray(expression) ? Object.entries(expression) : [];

const operandsOf = (expression: unknown): unknown[] =>
  isObject(expression) ? Object.values(expression) : [];

interface Seen {
  id: boolean;
  attributes: Set<string>;
  claims: Set<string>;
  allClaims: boolean;
}

/** Visits each part of an expression once: a chain of conditions is nested as deep as it is long. */
function see(expression: unknown, seen: Seen): void {
  if (Array.isArray(expression)) for (const item of expression) see(item, seen);
  for (const [operator, operands] of operators(expression)) {
    const isOfPrincipal = isVariable(memberOf(operands, 'left'), 'principal');
    if (isOfPrincipal && (operator === '.' || operator === 'has')) {
      const attribute = memberOf(operands, 'attr');
      for (const name of Array.isArray(attribute) ? attribute : [attribute])
        seen.attributes.add(String(name));
      continue;
    }
    if (isOfPrincipal && (operator === 'hasTag' || operator === 'getTag')) {
      const right = memberOf(operands, 'right');
      const name = memberOf(right, 'Value');
      if (typeof name === 'string') seen.claims.add(name);
      else seen.allClaims = true;
      see(right, seen);
      continue;
    }
    if (operator === 'Var' && operands === 'principal') {
      // It is used as a whole: compared, or chosen by a condition.
      seen.id = true;
      seen.allClaims = true;
      seen.attributes.add('subject').add('client');
    }
    see(operands, seen);
  }
}

/** What policies look at of the caller. */
export function mentionsOf(policies: readonly PolicyJson[]): Mentions {
  const seen: Seen = { id: false, attributes: new Set(), claims: new Set(), allClaims: false };
  for (const { principal, conditions } of policies) {
    // All but the type, which each caller has: `==`, `in`, and `is … in`.
    if (principal.op === '==' || principal.op === 'in' || 'in' in principal) seen.id = true;
    for (const { body } of conditions) see(body, seen);
  }
  const { id, attributes, claims, allClaims } = seen;
  return { id, attributes, claims: allClaims ? undefined : claims };
}

/** Whether any operator of an expression, with its operands, passes the test. */
const someOperator = (expression: unknown, test: (operator: string, operands: unknown) => boolean): boolean =>
  operators(expression).some(([operator, operands]) => test(operator, operands)) ||
  operandsOf(expression).some((operand) => someOperator(operand, test));

/** Whether an expression looks at tags of anything but the caller. */
const looksAtTags = (expression: unknown): boolean =>
  someOperator(
    expression,
    (operator, operands) =>
      (operator === 'hasTag' || operator === 'getTag') &&
      !isVariable(memberOf(operands, 'left'), 'principal'),
  );

/** What fails in a policy that is valid: numbers and times that overflow. */
const fallible = new Set(['+', '-', '*', 'neg', 'offset', 'durationSince', 'toDate', 'toTime']);
const mayFail = (expression: unknown): boolean =>
  someOperator(expression, (operator) => fallible.has(operator));

/** Whether a policy looks at the tags of the stage. */
export const dependsOnTags = ({ conditions }: PolicyJson): boolean =>
  conditions.some(({ body }) => looksAtTags(body));

/** A condition that holds wherever the given one may hold, whatever the tags are. */
function relaxed({ kind, body }: Clause): Clause[] {
  if (!looksAtTags(body)) return [{ kind, body }];
  const operands = kind === 'when' && '&&' in body ? body['&&'] : [];
  return Array.isArray(operands)
    ? []
    : [operands.left, operands.right].flatMap((part) => relaxed({ kind, body: part }));
}

/** A policy that applies wherever the given one may apply or fail, whatever the tags are. */
export const withoutTags = (policy: PolicyJson): PolicyJson => ({
  ...policy,
  conditions:
    dependsOnTags(policy) && policy.conditions.some(({ body }) => mayFail(body))
      ? []
      : policy.conditions.flatMap(relaxed),
});
