import { createHash } from 'node:crypto';
import type { StageFieldChange } from '../../../__generated__/types.ts';
import { type TargetKey, targetId } from '../../../fleet/target.ts';
import type { StageKey } from '../wire/model.ts';

/** Identifies the changes of one stage, and what they start from: values that are withheld are not part of it. */
export const planFingerprint = (
  target: TargetKey,
  { restApiId, stageName }: StageKey,
  changes: readonly StageFieldChange[],
): string => {
  const parts = changes.map(({ path, kind, before, after }) => [path, kind, before, after]);
  return createHash('sha256')
    .update(JSON.stringify([targetId(target), restApiId, stageName, parts]))
    .digest('base64url')
    .slice(0, 32);
};
