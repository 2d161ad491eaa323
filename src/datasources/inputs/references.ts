import { gatewayError } from '../../errors/gateway-error.ts';
import type { TargetReference } from '../../fleet/find-target.ts';
import { quote } from '../../untrusted/quote.ts';
import { decodeId, type EntityKind } from './global-id.ts';
import { nameProblem, opaqueIdProblem } from './names.ts';

/** A router's reference to an entity, by one of its keys. Its members were not checked against the schema. */
export interface EntityReference extends TargetReference {
  readonly id?: string | null;
}

/** The target and the names of an entity. */
export interface EntityLocation {
  readonly target: TargetReference;
  readonly names: readonly string[];
}

const isName = (name: unknown): name is string => typeof name === 'string' && nameProblem(name) === undefined;

/** GraphQL takes numbers as ids. */
const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

function locationOfId(kind: EntityKind, id: unknown): EntityLocation {
  const decoded = typeof id === 'string' ? decodeId(id) : undefined;
  if (decoded?.kind === kind && decoded.names.every(isName)) return decoded;
  const given = typeof id === 'string' ? quote(id) : `a ${typeof id}`;
  throw gatewayError('BAD_USER_INPUT', `id must be the opaque id of a ${kind}, not ${given}.`);
}

/** The error of an id that belongs to nothing that clients can read by it. */
export const noNode = (id: string) =>
  gatewayError(
    'BAD_USER_INPUT',
    `id must be the opaque id of a Stage, RestApi or RestApiDeployment, not ${quote(id)}.`,
  );

/**
 * Where the entity of a reference is; undefined if its natural key has an invalid name. Throws BAD_USER_INPUT for an id that
 * cannot be read, and for an opaque id in place of the API's own.
 */
export function locateEntity(
  kind: EntityKind,
  { id, account, region }: EntityReference,
  names: readonly [restApiId: string | undefined, name?: string | undefined],
): EntityLocation | undefined {
  if (id != null) return locationOfId(kind, id);
  const [restApiId] = names;
  const problem = typeof restApiId === 'string' ? opaqueIdProblem(restApiId) : undefined;
  if (problem !== undefined) throw gatewayError('BAD_USER_INPUT', `restApiId ${problem}`);
  const target = { account: textOrNull(account), region: textOrNull(region) };
  return names.every(isName) ? { target, names } : undefined;
}
