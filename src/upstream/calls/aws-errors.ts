import { MAX_RETRY_AFTER_SECONDS, type UpstreamFailure, UpstreamError } from '../../errors/upstream-error.ts';
import { isObject, memberOf, textOf } from '../../untrusted/unknown-value.ts';

/**
 * By exception name. Modelled ones arrive as classes, all others as APIGatewayServiceException with the code as
 * their name (stage-api.md, section 10).
 */
const byName: Readonly<Record<string, UpstreamFailure>> = {
  BadRequestException: 'REJECTED',
  ValidationException: 'REJECTED',
  SerializationException: 'REJECTED',
  NotFoundException: 'NOT_FOUND',
  ConflictException: 'REJECTED',
  TooManyRequestsException: 'THROTTLED',
  // The other names that AWS's services have for it.
  Throttling: 'THROTTLED',
  ThrottlingException: 'THROTTLED',
  ThrottledException: 'THROTTLED',
  RequestThrottled: 'THROTTLED',
  RequestThrottledException: 'THROTTLED',
  RequestLimitExceeded: 'THROTTLED',
  SlowDown: 'THROTTLED',
  LimitExceededException: 'LIMIT_EXCEEDED',
  ServiceUnavailableException: 'UNAVAILABLE',
  UnauthorizedException: 'ACCESS_DENIED',
  AccessDeniedException: 'ACCESS_DENIED',
  UnrecognizedClientException: 'ACCESS_DENIED',
  InvalidClientTokenId: 'ACCESS_DENIED',
  ExpiredTokenException: 'ACCESS_DENIED',
  ExpiredToken: 'ACCESS_DENIED',
  InvalidSignatureException: 'ACCESS_DENIED',
  SignatureDoesNotMatch: 'ACCESS_DENIED',
  MissingAuthenticationTokenException: 'ACCESS_DENIED',
  OptInRequired: 'ACCESS_DENIED',
  CredentialsProviderError: 'ACCESS_DENIED',
  TokenProviderError: 'ACCESS_DENIED',
  TimeoutError: 'TIMEOUT',
  ConnectionTimeout: 'UNAVAILABLE',
  CredentialsTimeout: 'UNAVAILABLE',
};

/** By AWS's sentence, where it says more than the exception's name. The only place that knows these texts. */
const byText: readonly (readonly [RegExp, UpstreamFailure])[] = [
  [/Invalid stage identifier/i, 'STAGE_NOT_FOUND'],
  [/must already be created before making a canary/, 'STAGE_NOT_FOUND'],
  [/^Stage already exists/, 'ALREADY_EXISTS'],
  [/Canary does not exist/, 'CANARY_NOT_FOUND'],
  [/Deployment id does not exist|Invalid Deployment identifier/i, 'DEPLOYMENT_NOT_FOUND'],
  [/because there is no method setting for this method/, 'METHOD_SETTING_NOT_FOUND'],
  [/^Maximum number of /, 'LIMIT_EXCEEDED'],
  [/concurrent modification/, 'CONFLICT'],
  [/previous change is still in progress/, 'CONFLICT'],
];

/** By the system's error code: the connection broke off, which the SDK calls a timeout as well. */
const brokenOff = new Set(['ECONNRESET', 'EPIPE']);

const metadata = (error: object): { requestId: string | undefined; status: number | undefined } => {
  const found = memberOf(error, '$metadata');
  const status = memberOf(found, 'httpStatusCode');
  return { requestId: textOf(found, 'requestId'), status: typeof status === 'number' ? status : undefined };
};

/** Failures that pass by themselves: only with them a time to wait means something. */
const passing: readonly UpstreamFailure[] = ['THROTTLED', 'LIMIT_EXCEEDED', 'UNAVAILABLE', 'CONFLICT'];

/** Modelled exceptions have it as a member; for all others it is in the answer's header, as seconds or as a date. */
function retryAfterOf(error: object): number | undefined {
  const headers = memberOf(memberOf(error, '$response'), 'headers');
  const told = textOf(error, 'retryAfterSeconds') ?? textOf(headers, 'retry-after');
  if (told === undefined) return undefined;
  const seconds = Number.isNaN(Number(told)) ? (Date.parse(told) - Date.now()) / 1000 : Number(told);
  return seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) : undefined;
}

/** AggregateError (several addresses of one host) hides its code in its parts. */
const systemCode = (error: object): string | undefined => {
  const own = textOf(error, 'code');
  if (own !== undefined) return own;
  const parts: unknown = error instanceof AggregateError ? error.errors : [];
  return Array.isArray(parts) ? textOf(parts[0], 'code') : undefined;
};

/** Whether nothing was carried out, because of the request itself. */
const isRefusal = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 500;

function namedFailure(error: object): UpstreamFailure | undefined {
  const name = textOf(error, 'name') ?? '';
  return Object.hasOwn(byName, name) ? byName[name] : undefined;
}

/** What failed before anything was sent: the connection, or the way to credentials, which are AWS services as well. */
function beforeSending(error: object, status: number | undefined): UpstreamFailure | undefined {
  const named = namedFailure(error);
  if (named === 'ACCESS_DENIED') return named;
  if (named !== undefined || systemCode(error) !== undefined) return 'UNAVAILABLE';
  if (status === undefined) return undefined;
  return isRefusal(status) && status !== 429 ? 'ACCESS_DENIED' : 'UNAVAILABLE';
}

function afterSending(error: object, status: number | undefined): UpstreamFailure | undefined {
  const message = textOf(error, 'message') ?? '';
  const code = systemCode(error);
  if (code !== undefined && brokenOff.has(code)) return 'BROKEN';
  const named = namedFailure(error);
  const told = byText.find(([pattern]) => pattern.test(message));
  if (told !== undefined && isRefusal(status)) return told[1];
  if (named !== undefined) return named;
  if (status === 401 || status === 403) return 'ACCESS_DENIED';
  if (status === 429) return 'THROTTLED';
  // The request was not received as a whole.
  if (status === 408) return 'UNAVAILABLE';
  if (code !== undefined || (status !== undefined && (status >= 500 || status < 400))) return 'BROKEN';
  return error instanceof SyntaxError && !isRefusal(status) ? 'BROKEN' : undefined;
}

/** What an error means that nothing above knows. */
function unknownFailure(status: number | undefined, mayHaveBeenSent: boolean): UpstreamFailure {
  if (!mayHaveBeenSent) return 'UNKNOWN';
  return isRefusal(status) ? 'REJECTED' : 'BROKEN';
}

/** What the SDK says where the answer has no sentence of AWS. */
const NO_REASON = ['', 'Unknown', 'UnknownError'];

/** AWS's own sentence. A body that is empty, or not JSON as a proxy's page, has none: then the status. */
function messageOf(error: object, status: number | undefined): string {
  const message = textOf(error, 'message') ?? '';
  const hasReason = !(error instanceof SyntaxError) && !NO_REASON.includes(message);
  return hasReason || status === undefined ? message : `status ${status}, without a reason`;
}

/** Whatever the SDK threw, as an UpstreamError. */
export function toUpstreamError(operation: string, thrown: unknown, mayHaveBeenSent: boolean): UpstreamError {
  const error = isObject(thrown) ? thrown : { message: String(thrown) };
  const { requestId, status } = metadata(error);
  const known = mayHaveBeenSent ? afterSending(error, status) : beforeSending(error, status);
  const failure = known ?? unknownFailure(status, mayHaveBeenSent);
  return new UpstreamError({
    failure,
    operation,
    awsMessage: messageOf(error, status),
    requestId,
    retryAfterSeconds: passing.includes(failure) ? retryAfterOf(error) : undefined,
    isUnrecognised: known === undefined,
    cause: thrown,
  });
}
