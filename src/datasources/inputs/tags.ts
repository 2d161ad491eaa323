import type { ApiGatewayTag, ApiGatewayTagInput } from '../../__generated__/types.ts';
import { quote } from '../../untrusted/quote.ts';
import { lengthOf, refusedCharacter } from './characters.ts';
import { type FieldPath, type InputProblem, problemsAt } from './input-problem.ts';
import { sortedEntries } from './sorted-maps.ts';

/** AWS's map of tags as the schema lists it. */
export const tagList = (tags: Readonly<Record<string, string>> | undefined): ApiGatewayTag[] =>
  sortedEntries(tags).map(([key, value]) => ({ key, value }));

/** The schema's list as AWS's map; undefined if it is empty. */
export const tagMap = (
  tags: readonly ApiGatewayTagInput[] | null | undefined,
): Record<string, string> | undefined =>
  tags == null || tags.length === 0
    ? undefined
    : Object.fromEntries(tags.map(({ key, value }) => [key, value]));

export const MAX_TAGS = 50;

/**
 * One character of a key or a value: AWS's usual set for tags, with the combining marks that many scripts need. Source:
 * stage-api.md, section 3.
 */
const CHARACTER = /^[\p{L}\p{M}\p{N}\p{Z}_.:/=+\-@]$/u;
const ALLOWED = 'letters, digits, spaces and _.:/=+-@';

const reservedKey = (key: string): string =>
  `The key of a tag must not start with "aws:", which AWS reserves, not ${quote(key)}.`;

function keyProblem(key: string): string | undefined {
  const rule = `The key of a tag must be 1 to 128 ${ALLOWED}, not ${quote(key)}`;
  if (key === '' || lengthOf(key) > 128) return `${rule}.`;
  const character = refusedCharacter(key, CHARACTER);
  if (character !== undefined) return `${rule}: ${character} is not allowed.`;
  return key.toLowerCase().startsWith('aws:') ? reservedKey(key) : undefined;
}

/** The rule that a key to remove breaks, or undefined. Every key that AWS can have stored is valid, except its own. */
function removedKeyProblem(key: string): string | undefined {
  if (key === '' || lengthOf(key) > 128 || /\p{Cs}/u.test(key)) {
    return `The key of a tag must be 1 to 128 characters, not ${quote(key)}.`;
  }
  return key.startsWith('aws:') ? reservedKey(key) : undefined;
}

function keyListProblems(
  keys: readonly string[],
  problemOf: (key: string) => string | undefined,
  at: FieldPath,
  keyField: (index: number) => FieldPath,
): InputProblem[] {
  const tooMany = keys.length > MAX_TAGS ? `A stage can have at most ${MAX_TAGS} tags.` : undefined;
  const problems = keys.flatMap((key, index) => {
    const isFirst = keys.indexOf(key) === index;
    return problemsAt(keyField(index), isFirst ? problemOf(key) : `${quote(key)} appears twice.`);
  });
  return [...problemsAt(at, tooMany), ...problems];
}

/** Why AWS refuses to add these tags to a stage's tags, or undefined. AWS's own tags do not count. */
export function tooManyTags(
  held: readonly ApiGatewayTag[],
  given: readonly ApiGatewayTagInput[],
): string | undefined {
  const keys = new Set([...held, ...given].map(({ key }) => key).filter((key) => !key.startsWith('aws:')));
  return keys.size <= MAX_TAGS
    ? undefined
    : `The stage would have ${keys.size} tags; the limit is ${MAX_TAGS}.`;
}

/** The problems of a list of tag keys to remove. */
export const removedTagProblems = (keys: readonly string[], at: FieldPath): InputProblem[] =>
  keyListProblems(keys, removedKeyProblem, at, (index) => [...at, String(index)]);

function valueProblem({ key, value }: ApiGatewayTagInput): string | undefined {
  const rule = `The value of tag ${quote(key)} must be at most 256 ${ALLOWED}`;
  if (lengthOf(value) > 256) return `${rule}.`;
  const character = refusedCharacter(value, CHARACTER);
  return character === undefined ? undefined : `${rule}: ${character} is not allowed.`;
}

/** The problems of a list of tags to set. */
export function tagProblems(tags: readonly ApiGatewayTagInput[], at: FieldPath): InputProblem[] {
  const values = tags.flatMap((tag, index) => problemsAt([...at, String(index), 'value'], valueProblem(tag)));
  const keys = tags.map(({ key }) => key);
  return [...keyListProblems(keys, keyProblem, at, (index) => [...at, String(index), 'key']), ...values];
}
