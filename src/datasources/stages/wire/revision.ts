import { createHash } from 'node:crypto';
import type { Stage } from '@aws-sdk/client-api-gateway';

/** Members in one order, whatever order AWS sent them in; without what the SDK says of its own call. */
const canonical = (key: string, value: unknown): unknown => {
  if (key === '$metadata') return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * A fingerprint of what AWS says of a stage, of the members and values too that the schema does not know. It does not
 * depend on how this release keeps a stage: the revision that a client holds outlives an upgrade of the gateway.
 */
export const revisionOf = (aws: Stage): string =>
  createHash('sha256').update(JSON.stringify(aws, canonical)).digest('base64url').slice(0, 22);
