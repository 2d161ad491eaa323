import type { IncomingHttpHeaders } from 'node:http';
import type { StagegraphErrorCode } from '../__generated__/types.ts';
import { InvalidToken, type TokenVerifier } from './access-token.ts';
import { type Caller, type Callers, clientOf, createCallers } from './caller.ts';
import { KeysUnavailable } from './signing-keys.ts';

export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  readonly status: number;
  readonly code: StagegraphErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: StagegraphErrorCode,
    message: string,
    headers: Readonly<Record<string, string>>,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Identifies the caller of a request. Rejects with AuthenticationError. */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Caller>;

const BEARER = /^Bearer +(?=.)/i;
const RETRY_AFTER_SECONDS = 5;

const emptyAsNull = (name: string | undefined): string | null =>
  name === undefined || name === '' ? null : name;

function namedClientOf(headers: IncomingHttpHeaders): Caller['client'] {
  const { name, version } = clientOf(headers);
  return { name: emptyAsNull(name), version: emptyAsNull(version) };
}

function toAuthenticationError(error: unknown): unknown {
  if (error instanceof InvalidToken) {
    return new AuthenticationError(401, 'UNAUTHENTICATED', error.message, {
      'www-authenticate': 'Bearer error="invalid_token"',
    });
  }
  if (error instanceof KeysUnavailable) {
    const message = 'Authentication is unavailable: the signing keys cannot be fetched. Retry later.';
    return new AuthenticationError(503, 'UNAUTHENTICATED', message, {
      'retry-after': String(RETRY_AFTER_SECONDS),
    });
  }
  return error;
}

/** Requires a valid bearer token; without a verifier there is no authentication. */
export function createAuthenticate(
  verifier: TokenVerifier | undefined,
  callers: Callers = createCallers(),
): Authenticate {
  if (verifier === undefined) return (headers) => Promise.resolve(callers.anonymous(namedClientOf(headers)));
  return async (headers) => {
    const { authorization = '' } = headers;
    const scheme = BEARER.exec(authorization)?.[0];
    if (scheme === undefined) {
      const message = 'A bearer token is required. Send the header "authorization: Bearer <token>".';
      throw new AuthenticationError(401, 'UNAUTHENTICATED', message, { 'www-authenticate': 'Bearer' });
    }
    try {
      const claims = await verifier.verify(authorization.slice(scheme.length));
      return callers.withToken(claims, namedClientOf(headers));
    } catch (error) {
      throw toAuthenticationError(error);
    }
  };
}
