import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { isObject } from '../../untrusted/unknown-value.ts';

/** Cedar reads policies as JSON with at most 128 levels, those around the policy included. */
const MAX_LEVELS = 120;
const MAX_BRACKETS = 64;
const MAX_OPERATORS = 500;

/** Strings and comments, which are skipped; then what nests an expression, and what ends a policy. */
const TOKENS = /"(?:[^"\\]|\\.)*"?|\/\/[^\n]*|[([{]|[)\]}]|;|&&|\|\||[-+*.]|\bif\b/gs;

/** A policy that is too large to be read. `offset` is counted in characters. */
export interface TooLarge {
  readonly offset: number;
  readonly message: string;
}

/**
 * Finds a policy that Cedar must not be given: its parser is recursive, and a WebAssembly module whose stack has
 * overflowed answers no later call either.
 */
export function tooLargeFor(text: string): TooLarge | undefined {
  let brackets = 0;
  let operators = 0;
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === ';') brackets = operators = 0;
    else if ('([{'.includes(token)) brackets += 1;
    else if (')]}'.includes(token)) brackets -= 1;
    else if (!token.startsWith('"') && !token.startsWith('//')) operators += 1;
    if (brackets > MAX_BRACKETS)
      return { offset: index, message: `more than ${MAX_BRACKETS} brackets within one another` };
    if (operators > MAX_OPERATORS)
      return { offset: index, message: `a policy has more than ${MAX_OPERATORS} operators` };
  }
  return undefined;
}

/** Whether a value has at most `levels` levels of objects and lists. */
const fits = (value: unknown, levels: number): boolean =>
  !isObject(value) || (levels > 0 && Object.values(value).every((member) => fits(member, levels - 1)));

const isExact = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isSafeInteger(value)
    : !isObject(value) || Object.values(value).every(isExact);

/** Why a policy does not survive as JSON, where a chain of operators is nested as deep as it is long; or undefined. */
export function unreadable(policy: PolicyJson): string | undefined {
  if (!fits(policy, MAX_LEVELS)) {
    return 'the policy is nested too deeply: replace a chain of || by a set with contains, or write several policies';
  }
  return isExact(policy)
    ? undefined
    : 'the policy has a number beyond 9007199254740991, which would be rounded';
}
