import type { StageFieldChange, StageHistorySource } from '../../../__generated__/types.ts';
import { byCodeUnit } from '../../inputs/sorted-maps.ts';
import { allParts } from './stage-parts.ts';

/** Whether a change is of a variable, or of a canary's override of one. */
export const isOfVariable = ({ part, path }: Pick<StageFieldChange, 'part' | 'path'>): boolean =>
  part === 'VARIABLES' || (part === 'CANARY_SETTINGS' && path[1] === 'stageVariableOverrides');

/** Whether a change says that two values of a variable differ. Names are no secret, values are. */
export const isOfValue = (change: StageFieldChange): boolean =>
  isOfVariable(change) && change.kind === 'CHANGED';

/** A variable, or an override of one, whose value a change gave: the path of its StageFieldChange. */
export type GivenVariable = readonly string[];

interface Recorded<Change extends StageFieldChange> {
  readonly source: StageHistorySource;
  readonly changes: readonly Change[];
  readonly given: readonly GivenVariable[];
}

const asChanged = (path: GivenVariable): StageFieldChange => ({
  part: path[0] === 'variables' ? 'VARIABLES' : 'CANARY_SETTINGS',
  kind: 'CHANGED',
  path: [...path],
  before: null,
  after: null,
  redacted: true,
});

const pathText = ({ path }: { readonly path: readonly string[] }): string => path.join('/');

/** By part; variables by name, behind the rest of their part. */
function inOrder(one: StageFieldChange, other: StageFieldChange): number {
  const place = (change: StageFieldChange): number =>
    2 * allParts.indexOf(change.part) + (isOfVariable(change) ? 1 : 0);
  const byPlace = place(one) - place(other);
  return byPlace === 0 && isOfVariable(one) ? byCodeUnit(pathText(one), pathText(other)) : byPlace;
}

/**
 * The changes of an entry for who may not see values of variables. What a change of this gateway gave counts as changed
 * whether or not it differed, and nothing else is compared: its own guess at a value would be answered.
 */
export function changesWithoutValues<Change extends StageFieldChange>({
  source,
  changes,
  given,
}: Recorded<Change>): readonly StageFieldChange[] {
  if (source !== 'GATEWAY') return changes;
  const shown = changes.filter((change) => !isOfValue(change));
  const named = new Set(shown.map(pathText));
  const added = given.map(asChanged).filter((change) => !named.has(pathText(change)));
  return [...shown, ...added].sort(inOrder);
}
