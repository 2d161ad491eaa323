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
  // Other names for it in AWS's services.
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
  WrongAccount: 'ACCESS_DENIED',
  TimeoutError: 'TIMEOUT',
  ConnectionTimeout: 'UNAVAILABLE',
  CredentialsTimeout: 'UNAVAILABLE',
};

/** By AWS's message, where it says more than the exception's name. No other file knows these texts. */
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

/** System error codes of a lost connection, which the SDK may call a timeout. */
const connectionLost = new Set(['ECONNRESET', 'EPIPE']);

const metadata = (error: object): { requestId: string | undefined; status: number | undefined } => {
  const data = memberOf(error, '$metadata');
  const status = memberOf(data, 'httpStatusCode');
  return { requestId: textOf(data, 'requestId'), status: typeof status === 'number' ? status : undefined };
};

/** Temporary failures: for others a Retry-After has no meaning. */
const temporary: readonly UpstreamFailure[] = ['THROTTLED', 'LIMIT_EXCEEDED', 'UNAVAILABLE', 'CONFLICT'];

/** A member of modelled exceptions; for others a header of the response, as seconds or as a date. */
function retryAfterOf(error: object): number | undefined {
  const headers = memberOf(memberOf(error, '$response'), 'headers');
  const text = textOf(error, 'retryAfterSeconds') ?? textOf(headers, 'retry-after');
  if (text === undefined) return undefined;
  const seconds = Number.isNaN(Number(text)) ? (Date.parse(text) - Date.now()) / 1000 : Number(text);
  return seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER_SECONDS) : undefined;
}

/** An AggregateError (several addresses of one host) has its code in its parts. */
const systemCode = (error: object): string | undefined => {
  const own = textOf(error, 'code');
  if (own !== undefined) return own;
  const parts: unknown = error instanceof AggregateError ? error.errors : [];
  return Array.isArray(parts) ? textOf(parts[0], 'code') : undefined;
};

/** Whether AWS has rejected the request, so that nothing was executed. */
const isRefusal = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 500;

function namedFailure(error: object): UpstreamFailure | undefined {
  const name = textOf(error, 'name') ?? '';
  return Object.hasOwn(byName, name) ? byName[name] : undefined;
}

/** Nothing was sent: the connection failed, or the credential provider, which may be an AWS service too. */
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
  if (code !== undefined && connectionLost.has(code)) return 'BROKEN';
  const named = namedFailure(error);
  const known = byText.find(([pattern]) => pattern.test(message));
  if (known !== undefined && isRefusal(status)) return known[1];
  if (named !== undefined) return named;
  if (status === 401 || status === 403) return 'ACCESS_DENIED';
  if (status === 429) return 'THROTTLED';
  // The request was not received completely.
  if (status === 408) return 'UNAVAILABLE';
  if (code !== undefined || (status !== undefined && (status >= 500 || status < 400))) return 'BROKEN';
  return error instanceof SyntaxError && !isRefusal(status) ? 'BROKEN' : undefined;
}

/** For errors that no table has. */
function unknownFailure(status: number | undefined, mayHaveBeenSent: boolean): UpstreamFailure {
  if (!mayHaveBeenSent) return 'UNKNOWN';
  return isRefusal(status) ? 'REJECTED' : 'BROKEN';
}

/** The SDK's messages for a response without one. */
const NO_MESSAGE = ['', 'Unknown', 'UnknownError'];

/** AWS's message. A body that is empty, or not JSON (a proxy's page), has none: then the status. */
function messageOf(error: object, status: number | undefined): string {
  const message = textOf(error, 'message') ?? '';
  const hasMessage = !(error instanceof SyntaxError) && !NO_MESSAGE.includes(message);
  return hasMessage || status === undefined ? message : `status ${status}, without a message`;
}

/** Any error of the SDK as an UpstreamError. */
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
    retryAfterSeconds: temporary.includes(failure) ? retryAfterOf(error) : undefined,
    isUnrecognised: known === undefined,
    cause: thrown,
  });
}
