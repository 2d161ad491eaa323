import type { IncomingHttpHeaders } from 'node:http';
import type { StagegraphErrorCode } from '../__generated__/types.ts';
import { InvalidToken, KeysUnavailable, type TokenVerifier } from './access-token.ts';
import { anyone, type Caller, callerWith } from './caller.ts';
import { clientOf } from './client-name.ts';

/** Why a request is not let in. */
export class AuthenticationError extends Error {
  override readonly name = 'NotLetIn';
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

/** Finds out who sends a request. Rejects with NotLetIn. */
export type Authenticate = (headers: IncomingHttpHeaders) => Promise<Caller>;

const BEARER = /^Bearer +(?=.)/i;
const RETRY_AFTER_SECONDS = 5;

const sayingSomething = (name: string | undefined): string | null =>
  name === undefined || name === '' ? null : name;

function namedClientOf(headers: IncomingHttpHeaders): Caller['client'] {
  const { name, version } = clientOf(headers);
  return { name: sayingSomething(name), version: sayingSomething(version) };
}

const noToken = (): AuthenticationError =>
  new AuthenticationError(
    401,
    'UNAUTHENTICATED',
    'Send a token: the header "authorization" with "Bearer <token>".',
    {
      'www-authenticate': 'Bearer',
    },
  );

function refusalOf(error: unknown): unknown {
  if (error instanceof InvalidToken) {
    return new AuthenticationError(401, 'UNAUTHENTICATED', error.message, {
      'www-authenticate': 'Bearer error="invalid_token"',
    });
  }
  if (error instanceof KeysUnavailable) {
    const message =
      'Authentication is unavailable: the keys that tokens are checked with cannot be fetched. Try again later.';
    return new AuthenticationError(503, 'UNAUTHENTICATED', message, {
      'retry-after': String(RETRY_AFTER_SECONDS),
    });
  }
  return error;
}

/** Lets in who has a valid bearer token; without a verifier, everybody. */
export function createAuthenticate(verifier: TokenVerifier | undefined): Authenticate {
  if (verifier === undefined) return (headers) => Promise.resolve(anyone(namedClientOf(headers)));
  return async (headers) => {
    const { authorization = '' } = headers;
    const scheme = BEARER.exec(authorization)?.[0];
    if (scheme === undefined) throw noToken();
    try {
      const { subject, scopes } = await verifier.verify(authorization.slice(scheme.length));
      return callerWith(subject, scopes, namedClientOf(headers));
    } catch (error) {
      throw refusalOf(error);
    }
  };
}
