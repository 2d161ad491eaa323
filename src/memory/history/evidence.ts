import type { GivenVariable } from '../../datasources/stages/desired/hidden-values.ts';
import type { HistoryRow } from '../database/tables.ts';
import type { Resolution, Sighting } from './timeline-links.ts';

/** The stage as a change itself knew it before, and since when. */
export interface KnownBefore {
  readonly at: number;
  readonly revision: string | null;
}

/** What an entry of this gateway was concluded from: what becomes known later may lead to something else. */
export interface Evidence {
  readonly settled: Resolution | undefined;
  readonly knew: KnownBefore | undefined;
  /** The variables that it gave a value. */
  readonly given: readonly GivenVariable[];
}

/** Only this file writes the column. */
const isEvidence = (value: unknown): value is Partial<Evidence> =>
  typeof value === 'object' && value !== null && ('settled' in value || 'knew' in value || 'given' in value);

export function evidenceOf({ evidence }: Pick<HistoryRow, 'evidence'>): Evidence {
  const value: unknown = evidence === null ? undefined : JSON.parse(evidence);
  return { settled: undefined, knew: undefined, given: [], ...(isEvidence(value) ? value : {}) };
}

export const evidenceColumn = ({ settled, knew, given }: Evidence): string | null =>
  settled === undefined && knew === undefined && given.length === 0
    ? null
    : JSON.stringify({ settled, knew, given });

export const isSameResolution = (one: Resolution | undefined, other: Resolution | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The reads among the evidence of an entry. */
export function readsIn(row: HistoryRow): Omit<Sighting, 'id'>[] {
  const { settled, knew } = evidenceOf(row);
  const read = settled?.read;
  return [
    ...(read == null ? [] : [{ ...read, before: undefined }]),
    ...(knew === undefined ? [] : [{ began: knew.at, at: knew.at, before: undefined, after: knew.revision }]),
  ];
}
