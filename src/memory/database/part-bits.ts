import type { StagePart } from '../../__generated__/types.ts';
import { allParts } from '../../datasources/stages/desired/stage-parts.ts';

/** The column `parts`: a bit for each part. A new part goes to the end of the schema's enum. */
export const partBits = (parts: Iterable<StagePart>): number =>
  [...parts].reduce((sum, part) => sum | (1 << allParts.indexOf(part)), 0);
