import type { StageFindingCode } from '../../__generated__/types.ts';
import { findingRules } from '../../datasources/stages/live/finding-rules.ts';
import { namesOf } from '../../datasources/stages/wire/wire-enums.ts';

/** A new code goes to the end of the table of rules: stored bits keep their meaning. */
const bits: ReadonlyMap<string, number> = new Map(
  namesOf(findingRules).map((code, position) => [code, 2 ** position]),
);

/** The column `findings`: a bit for each code. */
export const findingBits = (codes: readonly StageFindingCode[]): number =>
  codes.reduce((sum, code) => sum | (bits.get(code) ?? 0), 0);
