import type { StagegraphErrorCode, StageUserErrorCode } from '../../__generated__/types.ts';
import { OTHER } from './bounded-names.ts';

/** All error codes: a label takes no other values. The compiler asks for new codes of the schema. */
const errorCodes = {
  BAD_USER_INPUT: true,
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  OPERATION_TOO_LARGE: true,
  RATE_LIMITED: true,
  OVERLOADED: true,
  AUDIT_UNAVAILABLE: true,
  STORAGE_UNAVAILABLE: true,
  NOT_FOUND: true,
  THROTTLED: true,
  UPSTREAM_ACCESS_DENIED: true,
  UPSTREAM_UNAVAILABLE: true,
  UPSTREAM_TIMEOUT: true,
  INTERNAL_SERVER_ERROR: true,
  GRAPHQL_PARSE_FAILED: true,
  GRAPHQL_VALIDATION_FAILED: true,
  OPERATION_RESOLUTION_FAILURE: true,
  PERSISTED_QUERY_NOT_SUPPORTED: true,
  PERSISTED_QUERY_NOT_FOUND: true,
  PERSISTED_QUERY_NOT_IN_LIST: true,
  QUERY_NOT_IN_SAFELIST: true,
  BAD_REQUEST: true,
} satisfies Record<StagegraphErrorCode, true>;

/** All values of a label that has error codes. */
export const ERROR_CODES: readonly string[] = [...Object.keys(errorCodes), OTHER];

/** All outcomes of a mutation. */
const mutationOutcomes = {
  OK: true,
  DRY_RUN: true,
  ERROR: true,
  ...errorCodes,
  INVALID_INPUT: true,
  ALREADY_EXISTS: true,
  CONFLICT: true,
  PRECONDITION_FAILED: true,
  CONFIRMATION_REQUIRED: true,
  CANARY_NOT_FOUND: true,
  DEPLOYMENT_NOT_FOUND: true,
  LIMIT_EXCEEDED: true,
  ACCESS_DENIED: true,
  REJECTED: true,
  PARTIALLY_APPLIED: true,
  OUTCOME_UNKNOWN: true,
} satisfies Record<StageUserErrorCode | StagegraphErrorCode | 'OK' | 'DRY_RUN' | 'ERROR', true>;

const knownOrOther =
  (known: object) =>
  (code: string): string =>
    Object.hasOwn(known, code) ? code : OTHER;

export const errorCode = knownOrOther(errorCodes);
export const mutationOutcome = knownOrOther(mutationOutcomes);
