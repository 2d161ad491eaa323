import type { StagePart } from '../../__generated__/types.ts';
import type { MutationName } from '../../auth/policies/actions.ts';
import { allParts, partOf } from '../../datasources/stages/desired/stage-parts.ts';
import { partBits } from '../database/part-bits.ts';

/** A bit beside those of the parts: a stage comes or goes. */
export const EXISTENCE = 1 << 30;

const EVERY_PART = partBits(allParts);

/** What mutations can change, whatever operations they have sent. */
const whole: Readonly<Partial<Record<MutationName, number>>> = {
  tagStage: partBits(['TAGS']),
  untagStage: partBits(['TAGS']),
  flushStageCache: 0,
  flushStageAuthorizersCache: 0,
  deleteStage: EXISTENCE,
  createStage: EVERY_PART | EXISTENCE,
  createRestApiDeployment: EVERY_PART | EXISTENCE,
};

/** What mutations can change beside what their operations say: tags have calls of their own. */
const beside: Readonly<Partial<Record<MutationName, number>>> = {
  applyStage: partBits(['TAGS']) | EXISTENCE,
  revertStage: partBits(['TAGS']),
  copyStageSettings: partBits(['TAGS']),
};

const wholeByName: ReadonlyMap<string, number> = new Map(Object.entries(whole));
const besideByName: ReadonlyMap<string, number> = new Map(Object.entries(beside));

const partsByMember: ReadonlyMap<string, StagePart> = new Map(Object.entries(partOf));

/** The part of a patch path. What is no member of a stage is the path of a method. */
const partOfPath = (path: string): StagePart =>
  partsByMember.get(path.split('/')[1] ?? '') ?? 'METHOD_SETTINGS';

/**
 * A bit for each part that a change can have changed, by its mutation and the paths of what it has sent. Without a path, what it
 * has sent is not known.
 */
export function partsTouchedBy(mutation: string | null, paths: readonly string[]): number {
  const name = mutation ?? '';
  const parts = paths.length === 0 ? EVERY_PART : partBits(paths.map(partOfPath));
  return wholeByName.get(name) ?? parts | (besideByName.get(name) ?? 0);
}
