import { AwsException } from '../errors/aws-exception.ts';
import { type Fault } from './modes.ts';

/** Instead of an answer. */
export type Silence = 'hang' | 'reset';

const faultCodes: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  401: 'UnauthorizedException',
  403: 'AccessDeniedException',
  404: 'NotFoundException',
  409: 'ConflictException',
  429: 'TooManyRequestsException',
  503: 'ServiceUnavailableException',
};

/** What a scripted fault answers with; ServiceUnavailable when nothing is said. */
function faultException({ status = 503, code, message, retryAfterSeconds }: Fault) {
  const name = code ?? faultCodes[status] ?? 'InternalServerErrorException';
  return new AwsException(status, name, message ?? `Scripted failure (${name})`, retryAfterSeconds);
}

/** Throws what a fault answers with, or says how it keeps silent; undefined when it is not its moment. */
export function meetFault(fault: Fault | undefined, afterwards: boolean): Silence | undefined {
  if (!fault || (fault.afterwards ?? false) !== afterwards) return undefined;
  if (fault.action === 'fail') throw faultException(fault);
  return fault.action;
}
