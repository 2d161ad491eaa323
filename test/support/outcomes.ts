import { expect } from '@jest/globals';
import { type GraphQLSchema, isEnumType } from 'graphql';
import type { WireAnswer } from './hostile.ts';
import type { MutationName, UserError } from './mutations.ts';
import type { Running } from './run.ts';

const valuesOf = (schema: GraphQLSchema, name: string): string[] => {
  const type = schema.getType(name);
  if (!isEnumType(type)) throw new Error(`${name} is no enum`);
  return type.getValues().map((value) => value.name);
};

/** Codes with which the gateway itself refuses, before it sends anything that writes. */
const refusedHere = [
  'BAD_USER_INPUT',
  'OPERATION_TOO_LARGE',
  'INVALID_INPUT',
  'PRECONDITION_FAILED',
  'CONFIRMATION_REQUIRED',
];

/** After which something may have changed all the same. */
const mayHaveChanged = ['PARTIALLY_APPLIED', 'OUTCOME_UNKNOWN'];

/** What became of a mutation. */
export type Outcome = 'accepted' | 'refused by the gateway' | 'refused by AWS' | 'in part';

/** Expects that a mutation's answer is typed, with codes that the schema documents, and no fault of ours. */
export function outcomeOf(schema: GraphQLSchema, name: MutationName, answer: WireAnswer): Outcome {
  expect([200, 400]).toContain(answer.status);
  const { data, errors = [] } = answer.json ?? {};
  const payload = data?.[name] as { userErrors: UserError[] } | null | undefined;
  const codes = errors.map(({ extensions }) => String(extensions?.code));
  const userCodes = payload?.userErrors.map(({ code }) => code) ?? [];
  const documented = valuesOf(schema, 'StagegraphErrorCode').filter(
    (code) => code !== 'INTERNAL_SERVER_ERROR',
  );
  for (const code of codes) expect(documented).toContain(code);
  for (const code of userCodes) expect(valuesOf(schema, 'StageUserErrorCode')).toContain(code);
  // Either it came to an answer, or it is said why not.
  expect(payload != null).toBe(codes.length === 0);
  const all = [...codes, ...userCodes];
  if (all.length === 0) return 'accepted';
  if (all.some((code) => mayHaveChanged.includes(code))) return 'in part';
  return all.some((code) => refusedHere.includes(code)) ? 'refused by the gateway' : 'refused by AWS';
}

/** Requests that may change something. */
export const writesOf = ({ stageApi }: Running) =>
  stageApi.requests().filter(({ operation }) => !operation.startsWith('Get'));

/** All that the Stage API holds, as text. */
export const stateOf = async ({ stageApi }: Running): Promise<string> =>
  (await fetch(`${stageApi.url}/_embedded/state`)).text();
