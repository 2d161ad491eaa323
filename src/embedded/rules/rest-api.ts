import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { maxCompressionSize } from '../state/state.ts';
import { isJsonObject } from '../wire/json.ts';

export function checkCompressionSize(size: number): number {
  if (size < 0 || size > maxCompressionSize) throw badRequest(recorded.compressionSize);
  return size;
}

export const parseCompressionSize = (text: string): number =>
  checkCompressionSize(/^\d{1,9}$/.test(text) ? Number(text) : -1);

function isPolicy(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/** The content of a policy is not checked. */
export function checkPolicy(policy: string): string {
  if (!isPolicy(policy)) throw badRequest(recorded.policyInvalid);
  return policy;
}
