/** What went wrong with a call to AWS, in the words that the gateway reasons in. */
export type UpstreamFailure =
  /** No such API, or AWS does not say what is missing. */
  | 'NOT_FOUND'
  | 'STAGE_NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'CANARY_NOT_FOUND'
  | 'DEPLOYMENT_NOT_FOUND'
  | 'METHOD_SETTING_NOT_FOUND'
  | 'LIMIT_EXCEEDED'
  | 'THROTTLED'
  /** The gateway's own share of the rate is spent until after the deadline: nothing was sent. */
  | 'OVER_BUDGET'
  /** What went before took too long, above all AWS itself: nothing was sent. */
  | 'OUT_OF_TIME'
  | 'ACCESS_DENIED'
  | 'REJECTED'
  /** It never arrived, or was turned away at the door: nothing was changed. */
  | 'UNAVAILABLE'
  /** It was sent and no answer came in time: it may have been carried out. */
  | 'TIMEOUT'
  /** It was sent and what came back is no answer (reset, 5xx, broken body): it may have been carried out. */
  | 'BROKEN'
  | 'UNKNOWN';

interface Details {
  readonly failure: UpstreamFailure;
  /** The operation's name as AWS's documentation has it, e.g. `UpdateStage`. */
  readonly operation: string;
  /** AWS's own sentence. For the log, and for clients only after `redactAwsMessage`. */
  readonly awsMessage: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Its failure was told by nothing but the status, if there was one. */
  readonly isUnrecognised?: boolean;
  readonly cause: unknown;
}

/** However long AWS, or a proxy before it, asks for patience: so long the gateway and its clients wait at most. */
export const MAX_RETRY_AFTER_SECONDS = 60;

/** A failed call to AWS. The only exception that leaves `src/upstream`. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly failure: UpstreamFailure;
  readonly operation: string;
  readonly awsMessage: string;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly isUnrecognised: boolean;

  /** Whether the call changes nothing: a missing answer to it leaves no outcome in doubt. */
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

/** Whether an error is a failed call of this kind. */
export const failedWith = (error: unknown, ...failures: UpstreamFailure[]): error is UpstreamError =>
  error instanceof UpstreamError && failures.includes(error.failure);

/** Failures that will be the same a moment later. */
export const lastingFailures = [
  'NOT_FOUND',
  'STAGE_NOT_FOUND',
  'DEPLOYMENT_NOT_FOUND',
  'ACCESS_DENIED',
] as const satisfies readonly UpstreamFailure[];

/**
 * Whether a failed change leaves what was known of its subject as good as before: it was turned away at the door. After
 * any other failure AWS has said that we are wrong, or nothing at all.
 */
export const provesNotApplied = (error: unknown): boolean =>
  failedWith(error, 'OVER_BUDGET', 'OUT_OF_TIME', 'THROTTLED', 'UNAVAILABLE', 'ACCESS_DENIED', 'CONFLICT');
