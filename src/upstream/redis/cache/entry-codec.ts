import { parse, stringify } from 'devalue';
import { z } from 'zod';
import { failedWith, UpstreamError } from '../../../errors/upstream-error.ts';

/** Failures that are the same for all processes. A denied read is not: another process may have another role. */
const sharedFailures = ['NOT_FOUND', 'STAGE_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND'] as const;

const negativeEntry = z.object({
  failure: z.enum(sharedFailures),
  operation: z.string(),
  awsMessage: z.string(),
  requestId: z.string().optional(),
});

/** A failed load as a negative entry for other processes; empty where it is not one. */
export function encodeFailure(error: unknown): string {
  if (!failedWith(error, ...sharedFailures)) return '';
  const { failure, operation, awsMessage, requestId } = error;
  return JSON.stringify({ failure, operation, awsMessage, requestId });
}

/** Undefined where it is not a negative entry of this format: AWS is asked. */
export function decodeFailure(data: unknown): UpstreamError | undefined {
  try {
    const { requestId, ...failure } = negativeEntry.parse(JSON.parse(String(data)));
    return new UpstreamError({ ...failure, requestId, retryAfterSeconds: undefined, cause: undefined });
  } catch {
    return undefined;
  }
}

/** A value as it is stored for other processes. */
export const encode = (value: object): string => stringify(value);

/** The decoded value; undefined where the data is broken. */
export function decode(data: string): unknown {
  try {
    return parse(data);
  } catch {
    return undefined;
  }
}
