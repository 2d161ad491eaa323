import type { MutationName } from '../../auth/policies/actions.ts';
import { allParts } from '../../datasources/stages/desired/stage-parts.ts';
import { partBits } from '../database/part-bits.ts';

/** A bit beside those of the parts: a stage comes or goes. */
export const EXISTENCE = 1 << 30;

const EVERY_PART = partBits(allParts);

/** What mutations can change whose answer has no stage. The others can change every part of a stage. */
const touched: Readonly<Partial<Record<MutationName, number>>> = {
  tagStage: partBits(['TAGS']),
  untagStage: partBits(['TAGS']),
  flushStageCache: 0,
  flushStageAuthorizersCache: 0,
  deleteStage: EXISTENCE,
  createStage: EVERY_PART | EXISTENCE,
  applyStage: EVERY_PART | EXISTENCE,
  createRestApiDeployment: EVERY_PART | EXISTENCE,
};

const byName: ReadonlyMap<string, number> = new Map(Object.entries(touched));

/** A bit for each part that a mutation can change. */
export const partsTouchedBy = (mutation: string | null): number => byName.get(mutation ?? '') ?? EVERY_PART;
