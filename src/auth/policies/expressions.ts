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

function see(expression: unknown, seen: Seen): void {
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
    for (const operand of [operands, ...operandsOf(operands)]) see(operand, seen);
  }
  if (Array.isArray(expression)) for (const item of expression) see(item, seen);
}

/** What policies look at of the caller. */
export function mentionsOf(policies: readonly PolicyJson[]): Mentions {
  const seen: Seen = { id: false, attributes: new Set(), claims: new Set(), allClaims: false };
  for (const { principal, conditions } of policies) {
    if (principal.op === '==' || principal.op === 'in') seen.id = true;
    for (const { body } of conditions) see(body, seen);
  }
  const { id, attributes, claims, allClaims } = seen;
  return { id, attributes, claims: allClaims ? undefined : claims };
}

/** Whether an expression looks at tags of anything but the caller. */
function looksAtTags(expression: unknown): boolean {
  return (
    operators(expression).some(
      ([operator, operands]) =>
        (operator === 'hasTag' || operator === 'getTag') &&
        !isVariable(memberOf(operands, 'left'), 'principal'),
    ) || operandsOf(expression).some(looksAtTags)
  );
}

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

/** A policy that applies wherever the given one may apply, whatever the tags are. */
export const withoutTags = (policy: PolicyJson): PolicyJson => ({
  ...policy,
  conditions: policy.conditions.flatMap(relaxed),
});
