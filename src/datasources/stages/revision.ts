import { createHash } from 'node:crypto';
import type { StageModel } from './model.ts';

/**
 * A fingerprint of everything that AWS says of a stage. The same in every process: `stageFromAws` writes the members
 * in one order and sorts every list. Its own name and the moment of reading are not content.
 */
export function revisionOf({ id, observedAt, ...content }: StageModel): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);
}
