import { createHash } from 'node:crypto';
import type { Stage } from '@aws-sdk/client-api-gateway';

/** Sorts members, which AWS sends in any order, and drops the SDK's metadata. */
const canonical = (key: string, value: unknown): unknown => {
  if (key === '$metadata') return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * A fingerprint of AWS's answer, including members and values that the schema does not know. It does not depend on how
 * this release caches a stage: the revision that a client has stays valid when the gateway is upgraded.
 */
export const revisionOf = (aws: Stage): string =>
  createHash('sha256').update(JSON.stringify(aws, canonical)).digest('base64url').slice(0, 22);
