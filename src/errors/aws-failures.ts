import type { StagegraphErrorCode, StageUserErrorCode } from '../__generated__/types.ts';
import type { UpstreamFailure } from './upstream-error.ts';

interface QueryFailure {
  readonly code: StagegraphErrorCode;
  readonly message: string;
}

/** What a failed call is to the sender of a mutation: a user error. */
export interface MutationFailure {
  readonly code: StageUserErrorCode;
  readonly message: string;
  /** False by default. */
  readonly retryable?: boolean;
  /** The input that caused it, where it can only be one. */
  readonly field?: readonly string[];
}

interface AwsFailure {
  readonly query: QueryFailure;
  /** Null: the sender cannot act on it. A mutation answers with the GraphQL error, as a query does. */
  readonly mutation: MutationFailure | null;
}

/** A query cannot cause it. If one does, the gateway has a bug. */
const unexpected: QueryFailure = { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error' };

const API_OR_STAGE = 'The API or the stage does not exist. Ids are case-sensitive.';
const STAGE = 'The API has no stage of this name. Names are case-sensitive.';
const DEPLOYMENT = 'The API has no deployment with this id.';
const AWS_RATE = "This account's AWS request rate is exhausted.";
const OWN_RATE = "The gateway's share of the AWS request rate is exhausted.";
const ACCESS_DENIED = "AWS denied the gateway's request. Check the gateway's AWS credentials and IAM policy.";

/** Every way in which a call to AWS fails, with its code and message for clients. */
export const awsFailures: Readonly<Record<UpstreamFailure, AwsFailure>> = {
  NOT_FOUND: {
    query: { code: 'NOT_FOUND', message: API_OR_STAGE },
    mutation: { code: 'NOT_FOUND', message: API_OR_STAGE, field: ['input', 'restApiId'] },
  },
  STAGE_NOT_FOUND: {
    query: { code: 'NOT_FOUND', message: STAGE },
    mutation: { code: 'NOT_FOUND', message: STAGE, field: ['input', 'stageName'] },
  },
  DEPLOYMENT_NOT_FOUND: {
    query: { code: 'NOT_FOUND', message: DEPLOYMENT },
    mutation: { code: 'DEPLOYMENT_NOT_FOUND', message: DEPLOYMENT },
  },
  ALREADY_EXISTS: {
    query: unexpected,
    mutation: {
      code: 'ALREADY_EXISTS',
      message: 'The API already has a stage of this name.',
      field: ['input', 'stageName'],
    },
  },
  CONFLICT: {
    query: unexpected,
    mutation: { code: 'CONFLICT', message: 'Another change to this API is in progress.', retryable: true },
  },
  CANARY_NOT_FOUND: {
    query: unexpected,
    mutation: { code: 'CANARY_NOT_FOUND', message: 'The stage has no canary.' },
  },
  METHOD_SETTING_NOT_FOUND: {
    query: unexpected,
    mutation: { code: 'REJECTED', message: 'AWS refused to remove something that does not exist.' },
  },
  LIMIT_EXCEEDED: {
    query: { code: 'THROTTLED', message: 'An AWS quota is exhausted. Try again later.' },
    mutation: { code: 'LIMIT_EXCEEDED', message: 'Remove something, or ask AWS to raise the quota.' },
  },
  THROTTLED: {
    query: { code: 'THROTTLED', message: `${AWS_RATE} Try again later.` },
    mutation: { code: 'THROTTLED', message: AWS_RATE, retryable: true },
  },
  OVER_BUDGET: {
    query: { code: 'THROTTLED', message: `${OWN_RATE} Try again later.` },
    mutation: { code: 'THROTTLED', message: OWN_RATE, retryable: true },
  },
  OUT_OF_TIME: {
    query: {
      code: 'UPSTREAM_TIMEOUT',
      message: 'AWS was too slow: no time was left to send this call. Try again later.',
    },
    mutation: null,
  },
  ACCESS_DENIED: {
    query: { code: 'UPSTREAM_ACCESS_DENIED', message: ACCESS_DENIED },
    mutation: { code: 'ACCESS_DENIED', message: ACCESS_DENIED },
  },
  REJECTED: {
    query: { code: 'UPSTREAM_UNAVAILABLE', message: 'AWS refused the request. Try again later.' },
    mutation: { code: 'REJECTED', message: 'AWS refused' },
  },
  UNAVAILABLE: {
    query: { code: 'UPSTREAM_UNAVAILABLE', message: 'AWS cannot be reached. Try again later.' },
    mutation: null,
  },
  TIMEOUT: {
    query: { code: 'UPSTREAM_TIMEOUT', message: 'AWS did not answer in time. Try again later.' },
    mutation: { code: 'OUTCOME_UNKNOWN', message: 'The change was sent, but AWS did not answer in time' },
  },
  BROKEN: {
    query: { code: 'UPSTREAM_UNAVAILABLE', message: 'AWS returned an invalid response. Try again later.' },
    mutation: { code: 'OUTCOME_UNKNOWN', message: 'The change was sent, but AWS returned no valid response' },
  },
  UNKNOWN: { query: unexpected, mutation: null },
};
