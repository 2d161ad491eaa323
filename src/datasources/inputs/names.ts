import { gatewayError } from '../../errors/gateway-error.ts';
import { quote } from '../../untrusted/quote.ts';
import { decodeId } from './global-id.ts';

/**
 * The rule that an id or a stage's name breaks, as a sentence without its subject, or undefined. Ids and names become
 * parts of URLs: with an empty or dotted one, the SDK calls another resource (stage-api.md, sections 1 and 3).
 */
export const nameProblem = (value: string): string | undefined =>
  /^[A-Za-z0-9_-]{1,128}$/.test(value)
    ? undefined
    : `must be 1 to 128 letters, digits, hyphens and underscores, not ${quote(value)}.`;

/** AWS's own ids are much shorter than opaque ids. */
const SHORTEST_OPAQUE_ID = 24;

/** An opaque `id` has only characters that AWS's ids may have: AWS would answer that it does not exist. */
export function opaqueIdProblem(value: string): string | undefined {
  const opaque = value.length < SHORTEST_OPAQUE_ID ? undefined : decodeId(value);
  const [restApiId] = opaque?.names ?? [];
  if (opaque === undefined || restApiId === undefined) return undefined;
  return `must be AWS's own id, not ${quote(value)}, which is the opaque id of a ${opaque.kind} of the API ${quote(restApiId)}.`;
}

/** The rule that the value of this argument or input breaks, or undefined. */
export const argumentProblem = (argument: string, value: string): string | undefined =>
  (argument === 'stageName' ? undefined : opaqueIdProblem(value)) ?? nameProblem(value);

/** Throws BAD_USER_INPUT with every argument that breaks its rule. */
export function requireNames(names: Readonly<Record<string, string | null | undefined>>): void {
  let problems = '';
  for (const argument in names) {
    const value = names[argument];
    const problem = value == null ? undefined : argumentProblem(argument, value);
    if (problem !== undefined) problems += `${problems === '' ? '' : ' '}${argument} ${problem}`;
  }
  if (problems !== '') throw gatewayError('BAD_USER_INPUT', problems);
}
