import { isObject, memberOf, textOf } from '../unknown-value.ts';
import { type UpstreamFailure, UpstreamError } from './upstream-error.ts';

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
  ThrottlingException: 'THROTTLED',
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

/** By the error's code: these mean that no request reached AWS, the last six because its certificate was not trusted. */
const neverArrived = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_HAS_EXPIRED',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

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
  return seconds > 0 ? seconds : undefined;
}

/** AggregateError (several addresses of one host) hides its code in its parts. */
const systemCode = (error: object): string | undefined => {
  const own = textOf(error, 'code');
  if (own !== undefined) return own;
  const parts: unknown = error instanceof AggregateError ? error.errors : [];
  return Array.isArray(parts) ? textOf(parts[0], 'code') : undefined;
};

function failureOf(error: object, status: number | undefined): UpstreamFailure {
  const message = textOf(error, 'message') ?? '';
  const name = textOf(error, 'name') ?? '';
  const code = systemCode(error);
  if (code !== undefined && neverArrived.has(code)) return 'UNAVAILABLE';
  if (code !== undefined && brokenOff.has(code)) return 'BROKEN';
  const named = Object.hasOwn(byName, name) ? byName[name] : undefined;
  const told = byText.find(([pattern]) => pattern.test(message));
  if (told !== undefined && status !== undefined && status >= 400 && status < 500) return told[1];
  if (named !== undefined) return named;
  if (status === 401 || status === 403) return 'ACCESS_DENIED';
  if (status === 429) return 'THROTTLED';
  if (code !== undefined || (status !== undefined && (status >= 500 || status < 400))) return 'BROKEN';
  if (error instanceof SyntaxError) return 'BROKEN';
  return 'UNKNOWN';
}

/** Whatever the SDK threw, as an UpstreamError. */
export function toUpstreamError(operation: string, thrown: unknown): UpstreamError {
  if (!isObject(thrown)) {
    const awsMessage = String(thrown);
    const details = { failure: 'UNKNOWN', operation, awsMessage, cause: thrown } as const;
    return new UpstreamError({ ...details, requestId: undefined, retryAfterSeconds: undefined });
  }
  const { requestId, status } = metadata(thrown);
  const failure = failureOf(thrown, status);
  return new UpstreamError({
    failure,
    operation,
    awsMessage: textOf(thrown, 'message') ?? '',
    requestId,
    retryAfterSeconds: passing.includes(failure) ? retryAfterOf(thrown) : undefined,
    cause: thrown,
  });
}
