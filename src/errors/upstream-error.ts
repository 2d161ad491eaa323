/** How a call to AWS failed. failure-codes.ts has the codes and messages for clients. */
export type UpstreamFailure =
  /** The API does not exist, or AWS does not say what is missing. */
  | 'NOT_FOUND'
  | 'STAGE_NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'CANARY_NOT_FOUND'
  | 'DEPLOYMENT_NOT_FOUND'
  | 'METHOD_SETTING_NOT_FOUND'
  | 'LIMIT_EXCEEDED'
  | 'THROTTLED'
  /** The gateway's rate limiter has no token before the deadline: nothing was sent. */
  | 'OVER_BUDGET'
  /** Earlier steps, mostly other calls to AWS, took too long: nothing was sent. */
  | 'OUT_OF_TIME'
  | 'ACCESS_DENIED'
  | 'REJECTED'
  /** The call did not reach AWS, or was rejected before it was processed: nothing was changed. */
  | 'UNAVAILABLE'
  /** The call was sent, and AWS did not answer in time: it may have been applied. */
  | 'TIMEOUT'
  /** The call was sent, and the response is not valid (reset, 5xx, broken body): it may have been applied. */
  | 'BROKEN'
  | 'UNKNOWN';

interface Details {
  readonly failure: UpstreamFailure;
  /** The operation's name as AWS's documentation has it, e.g. `UpdateStage`. */
  readonly operation: string;
  /** AWS's own message. For the log, and for clients only after `redactAwsMessage`. */
  readonly awsMessage: string;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The failure was derived from the HTTP status alone, if there was one. */
  readonly isUnrecognised?: boolean;
  readonly cause?: unknown;
}

/** The longest Retry-After of AWS, or of a proxy before it, that the gateway and its clients respect. */
export const MAX_RETRY_AFTER_SECONDS = 60;

/** A failed call to AWS. An aborted call is CallAborted; a lock that was not acquired, LockTimeout or LockNotShared. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly failure: UpstreamFailure;
  readonly operation: string;
  readonly awsMessage: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly isUnrecognised: boolean;
  /** What messages to clients call the target; undefined where there is only one. */
  target: string | undefined;

  /** Whether the call changes nothing: without an answer, its outcome is not unknown. */
  get isRead(): boolean {
    return this.operation.startsWith('Get');
  }

  constructor(details: Details) {
    super(`${details.operation}: ${details.failure}: ${details.awsMessage}`, { cause: details.cause });
    this.failure = details.failure;
    this.operation = details.operation;
    this.awsMessage = details.awsMessage;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.isUnrecognised = details.isUnrecognised ?? false;
  }
}

/** Whether an error is a failed call with one of these failures. */
export const failedWith = (error: unknown, ...failures: UpstreamFailure[]): error is UpstreamError =>
  error instanceof UpstreamError && failures.includes(error.failure);

/** Failures that a retry does not change. */
export const lastingFailures = [
  'NOT_FOUND',
  'STAGE_NOT_FOUND',
  'DEPLOYMENT_NOT_FOUND',
  'ACCESS_DENIED',
] as const satisfies readonly UpstreamFailure[];

/**
 * Whether a failed change was certainly not applied, so that cached values stay valid. After any other failure they may be
 * wrong: AWS contradicts them, or did not answer.
 */
export const provesNotApplied = (error: unknown): boolean =>
  failedWith(error, 'OVER_BUDGET', 'OUT_OF_TIME', 'THROTTLED', 'UNAVAILABLE', 'ACCESS_DENIED', 'CONFLICT');
