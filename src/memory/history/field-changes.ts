import type { StageFieldChange } from '../../__generated__/types.ts';
import { isOfVariable } from '../../datasources/stages/desired/hidden-values.ts';
import { differenceOfStages, FULL_VISIBILITY } from '../../datasources/stages/desired/stage-difference.ts';
import { partBits } from '../database/part-bits.ts';
import type { StageCodec } from '../stages/index.ts';
import type { HistoryFieldChange } from './history-entry.ts';
import { EXISTENCE } from './mutation-parts.ts';
import type { RevisionBook } from './revision-book.ts';
import type { State } from './timeline-links.ts';

/** The name of a variable, and where its value is; undefined for a change of something else. */
function variableOf(change: StageFieldChange) {
  if (!isOfVariable(change)) return undefined;
  return {
    of: change.part === 'VARIABLES' ? 'variables' : 'overrides',
    name: change.path.at(-1) ?? '',
  } as const;
}

const reversed: Readonly<Record<StageFieldChange['kind'], StageFieldChange['kind']>> = {
  ADDED: 'REMOVED',
  CHANGED: 'CHANGED',
  REMOVED: 'ADDED',
};

/** A stage that is deleted has lost what a new one like it would get. */
const differenceOf = (book: RevisionBook, before: string | null, after: string | null): StageFieldChange[] =>
  after === null
    ? differenceOfStages(book.stateOf(null), book.stateOf(before), FULL_VISIBILITY).map((change) => ({
        ...change,
        kind: reversed[change.kind],
        before: change.after,
        after: change.before,
      }))
    : differenceOfStages(book.stateOf(before), book.stateOf(after), FULL_VISIBILITY);

/**
 * What differs between two states, of some parts (a bit for each; undefined: all). States hold fingerprints for values of
 * variables, which take no part in the result: it has the values themselves, where they are known.
 */
export function changesBetween(
  { book, codec }: { readonly book: RevisionBook; readonly codec: StageCodec },
  before: State,
  after: State,
  parts?: number,
): HistoryFieldChange[] {
  if (before === undefined || after === undefined) return [];
  const valuesOf = (revision: string | null) => {
    const stored = revision === null ? undefined : book.get(revision);
    return stored && codec.valuesOf(stored);
  };
  const values = { before: valuesOf(before), after: valuesOf(after) };
  return differenceOf(book, before, after)
    .filter(({ part }) => parts === undefined || (parts & (partBits([part]) | EXISTENCE)) !== 0)
    .map((change) => {
      const variable = variableOf(change);
      if (variable === undefined) return { ...change, known: undefined };
      const { of, name } = variable;
      // Null: there is no value. Undefined: it is not known.
      const one = change.before === null ? null : values.before?.[of].get(name);
      const other = change.after === null ? null : values.after?.[of].get(name);
      const known = one === undefined || other === undefined ? undefined : { before: one, after: other };
      return { ...change, before: null, after: null, redacted: true, known };
    });
}
