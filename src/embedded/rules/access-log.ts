import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';

/**
 * The ARN of a log group without `:*`, or of a Firehose stream named `amazon-apigateway-…` (docs/stage-api.md §7).
 * Whether it exists is not checked.
 */
function checkDestination(arn: string) {
  const parts = /^arn:aws[a-z-]*:(?<service>[a-z0-9-]+):[^:]*:[^:]*:(?<resource>.+)$/s.exec(arn)?.groups;
  const resource = parts?.resource ?? '';
  if (parts?.service === 'logs' && resource.startsWith('log-group:')) {
    if (!/^log-group:[a-zA-Z0-9_\-/.]+$/.test(resource))
      throw badRequest(recorded.accessLogCharacters(resource));
  } else if (parts?.service === 'firehose' && resource.startsWith('deliverystream/')) {
    if (!resource.startsWith('deliverystream/amazon-apigateway-')) throw badRequest(recorded.accessLogStream);
  } else {
    throw badRequest(recorded.accessLogService);
  }
}

const requestIds = ['$context.requestId', '$context.extendedRequestId'];

/** One line, with a request id, at most 3 KB (§7). */
function checkFormat(format: string) {
  if (/[\r\n]/.test(format.replace(/\r?\n$/, ''))) throw badRequest(recorded.accessLogFormatLines);
  if (!requestIds.some((id) => format.includes(id))) throw badRequest(recorded.accessLogFormatId(format));
  if (Buffer.byteLength(format) > 3072) throw badRequest(assumed.accessLogFormatTooLong);
}

/** The writable paths under `/accessLogSettings` (§4). */
export const accessLogMembers: Readonly<Record<string, 'destinationArn' | 'format'>> = {
  '/accessLogSettings/destinationArn': 'destinationArn',
  '/accessLogSettings/format': 'format',
};

export function checkAccessLogValue(member: 'destinationArn' | 'format', value: string) {
  if (value === '') throw badRequest(recorded.accessLogEmpty);
  if (member === 'destinationArn') checkDestination(value);
  else checkFormat(value);
  return value;
}
