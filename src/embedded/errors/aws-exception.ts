import { unverified } from './unverified.ts';

/**
 * A refusal as AWS words it (§1 "Error wire format", §10). Thrown anywhere below the server, written by the
 * server alone.
 */
export class AwsException extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Every business rule of §3 to §7 answers with this. */
export const badRequest = (message: string) => new AwsException(400, 'BadRequestException', message);

export const notFound = (message: string) => new AwsException(404, 'NotFoundException', message);

export const conflict = (message: string) => new AwsException(409, 'ConflictException', message);

/** §9: 429 with `Retry-After`. */
export const tooManyRequests = (retryAfterSeconds: number) =>
  new AwsException(429, 'TooManyRequestsException', 'Too Many Requests', retryAfterSeconds);

/** §1: a value of the wrong JSON type. */
export const serialization = (message: string) => new AwsException(400, 'SerializationException', message);

/** §1: enum and shape violations, joined and counted. */
export const validation = (violations: readonly string[]) =>
  new AwsException(
    400,
    'ValidationException',
    `${violations.length} validation ${violations.length === 1 ? 'error' : 'errors'} detected: ${violations.join('; ')}`,
  );

/** §1: nothing but the presence of a signature is checked. */
export const unsigned = () => new AwsException(403, unverified.unsigned.code, unverified.unsigned.message);

export const unknownRoute = () =>
  new AwsException(404, unverified.unknownRoute.code, unverified.unknownRoute.message);
