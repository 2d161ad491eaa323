import type { ApiGatewayTag, ApiGatewayTagInput } from '../__generated__/types.ts';
import type { FieldPath, InputProblem } from './input-problem.ts';
import { quote } from './names.ts';
import { sortedEntries } from './sorted-maps.ts';

/** AWS's map of tags as the schema lists it. */
export const tagList = (tags: Readonly<Record<string, string>> | undefined): ApiGatewayTag[] =>
  sortedEntries(tags).map(([key, value]) => ({ key, value }));

/** The schema's list as AWS's map; undefined when there are none. */
export const tagMap = (
  tags: readonly ApiGatewayTagInput[] | null | undefined,
): Record<string, string> | undefined =>
  tags == null || tags.length === 0
    ? undefined
    : Object.fromEntries(tags.map(({ key, value }) => [key, value]));

const MAX_TAGS = 50;
const CHARACTERS = /^[A-Za-z0-9+\-=._:/]*$/;

/** Source: stage-api.md, section 3. */
function keyProblem(key: string): string | undefined {
  if (key.length < 1 || key.length > 128 || !CHARACTERS.test(key)) {
    return `The key of a tag must be 1 to 128 letters, digits and +-=._:/, not ${quote(key)}.`;
  }
  return key.toLowerCase().startsWith('aws:')
    ? `The key of a tag must not start with "aws:", which is AWS's own, not ${quote(key)}.`
    : undefined;
}

/** What is wrong with keys of tags: each of them, and repetitions. */
export function tagKeyProblems(
  keys: readonly string[],
  at: FieldPath,
  keyField: (index: number) => FieldPath,
): InputProblem[] {
  const tooMany =
    keys.length > MAX_TAGS ? [{ field: at, message: `A stage holds at most ${MAX_TAGS} tags.` }] : [];
  return [
    ...tooMany,
    ...keys.flatMap((key, index) => {
      const message = keys.indexOf(key) === index ? keyProblem(key) : `${quote(key)} is given twice.`;
      return message === undefined ? [] : [{ field: keyField(index), message }];
    }),
  ];
}

/** Why AWS refuses to add these tags to those that a stage has; undefined: it does not. Its own do not count. */
export function tooManyTags(
  held: readonly ApiGatewayTag[],
  given: readonly ApiGatewayTagInput[],
): string | undefined {
  const keys = new Set([...held, ...given].map(({ key }) => key).filter((key) => !key.startsWith('aws:')));
  return keys.size <= MAX_TAGS
    ? undefined
    : `The stage would hold ${keys.size} tags; the limit is ${MAX_TAGS}.`;
}

/** What is wrong with a list of tags. */
export function tagProblems(tags: readonly ApiGatewayTagInput[], at: FieldPath): InputProblem[] {
  const values = tags.flatMap(({ key, value }, index) => {
    if (value.length <= 256 && CHARACTERS.test(value)) return [];
    const message = `The value of tag ${quote(key)} must be at most 256 letters, digits and +-=._:/.`;
    return [{ field: [...at, String(index), 'value'], message }];
  });
  const keys = tags.map(({ key }) => key);
  return [...tagKeyProblems(keys, at, (index) => [...at, String(index), 'key']), ...values];
}
