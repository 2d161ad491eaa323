import { AwsException } from '../errors/aws-exception.ts';
import type { Fault } from './modes.ts';

/** What a client gets instead of a response: nothing, or a closed connection. */
export type NoResponse = 'hang' | 'reset';

const faultCodes: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'AccessDeniedException',
  404: 'NotFoundException',
  409: 'ConflictException',
  429: 'TooManyRequestsException',
  503: 'ServiceUnavailableException',
};

function faultException({ status = 503, code, message, retryAfterSeconds }: Fault) {
  const name = code ?? faultCodes[status] ?? 'InternalServerErrorException';
  return new AwsException(status, name, message ?? `Simulated failure (${name})`, retryAfterSeconds);
}

/**
 * Throws the error of a fault, or returns how to end without a response; undefined if it does not apply at this point.
 */
export function applyFault(fault: Fault | undefined, afterwards: boolean): NoResponse | undefined {
  if (!fault || (fault.afterwards ?? false) !== afterwards) return undefined;
  if (fault.action === 'fail') throw faultException(fault);
  return fault.action;
}
