/** An error response of the API (docs/stage-api.md §1 "Error wire format", §10). */
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

/** For an entry of `assumed`. */
export const toException = ({ status, code, message }: { status: number; code: string; message: string }) =>
  new AwsException(status, code, message);

/** The error of every business rule of §3 to §7. */
export const badRequest = (message: string) => new AwsException(400, 'BadRequestException', message);

export const notFound = (message: string) => new AwsException(404, 'NotFoundException', message);

export const conflict = (message: string) => new AwsException(409, 'ConflictException', message);

/** With a `Retry-After` header (§9). */
export const tooManyRequests = (retryAfterSeconds: number) =>
  new AwsException(429, 'TooManyRequestsException', 'Too Many Requests', retryAfterSeconds);

/** A value of the wrong JSON type (§1). */
export const serialization = (message: string) => new AwsException(400, 'SerializationException', message);

/** Invalid enum values and missing members (§1). */
export const validation = (violations: readonly string[]) =>
  new AwsException(
    400,
    'ValidationException',
    `${violations.length} validation ${violations.length === 1 ? 'error' : 'errors'} detected: ${violations.join('; ')}`,
  );
