import type { HistoryRow, StageRow } from '../database/tables.ts';
import { pathsOf } from './entry-content.ts';
import { evidenceOf, isSameResolution, readsIn } from './evidence.ts';
import type { HistoryOutcome } from './gateway-change.ts';
import { partsTouchedBy } from './mutation-parts.ts';
import type { Change, Link, Sighting, Start, State, StateFacts } from './timeline-links.ts';
import { relationOf } from './timeline.ts';

/** How the columns of an entry say that a revision is not known. */
export const NOT_KNOWN = '';

export const stateOfColumn = (column: string | null): State => (column === NOT_KNOWN ? undefined : column);
export const columnOfState = (state: State): string | null => (state === undefined ? NOT_KNOWN : state);

export const isRevision = (state: State): state is string => typeof state === 'string' && state !== NOT_KNOWN;

const outcomes: readonly HistoryOutcome[] = ['APPLIED', 'PARTIAL', 'UNKNOWN'];

/** Only the gateway writes outcomes. */
export const outcomeOf = ({ outcome }: Pick<HistoryRow, 'outcome'>): HistoryOutcome =>
  outcomes.find((known) => known === outcome) ?? 'UNKNOWN';

const timesOf = ({ began_at, at }: HistoryRow) => ({ began: began_at ?? at, at });

export interface WeavingTools {
  readonly facts: StateFacts & { readonly isKnown: (revision: string) => boolean };
  readonly newId: () => string;
}

/** A change that was settled is open again: what becomes known later may say that a read saw something else. */
function changeOf(row: HistoryRow): Change {
  const { settled, given } = evidenceOf(row);
  return {
    id: row.id,
    ...timesOf(row),
    before: stateOfColumn(row.revision_before),
    after: settled === undefined ? stateOfColumn(row.revision_after) : undefined,
    outcome: settled?.outcome ?? outcomeOf(row),
    touches: partsTouchedBy(row.mutation, pathsOf(row)),
    givesValues: given.length > 0,
  };
}

const observedSighting = (row: HistoryRow): Sighting => ({
  id: row.id,
  ...timesOf(row),
  before: stateOfColumn(row.revision_before),
  after: row.revision_after,
});

/** The revisions that an entry names. */
export const revisionsOf = (row: HistoryRow): string[] =>
  [row.revision_before, row.revision_after, ...readsIn(row).map(({ after }) => after)].filter(isRevision);

/** The reads that entries of this gateway rest on, but for those that have an entry of their own. */
function evidenceSightings(
  entries: readonly HistoryRow[],
  observed: readonly Sighting[],
  { facts, newId }: WeavingTools,
): Sighting[] {
  const reads = entries.flatMap(readsIn).filter(({ after }) => after === null || facts.isKnown(after));
  return reads
    .filter(
      (one, index) =>
        ![...observed, ...reads.slice(0, index)].some(
          ({ began, after }) => began === one.began && after === one.after,
        ),
    )
    .map((read) => ({ id: newId(), ...read }));
}

/** The first and the last read that saw a stage as it is stored. */
function sightingsOf({ revision, first_seen_at, started_at, observed_at }: StageRow, newId: () => string) {
  const of = (began: number, at: number): Sighting => ({
    id: newId(),
    began,
    at,
    before: undefined,
    after: revision,
  });
  const last = of(started_at ?? observed_at, observed_at);
  // When the first one was sent is not stored: it says only what was before its end.
  return { last, all: first_seen_at === null ? [last] : [of(0, first_seen_at), last] };
}

/** Something that is to be merged into a stage's history. */
export interface StageEvent {
  readonly change: Change | undefined;
  readonly sightings: readonly Sighting[];
  /** What the event cannot have come before. */
  readonly began: number;
}

/** The entries that an event can concern, and what was before them. */
export interface Window {
  readonly entries: readonly HistoryRow[];
  readonly previous: HistoryRow | undefined;
}

/** The clocks of processes differ by less. */
const MAX_SKEW_MS = 60_000;

/** Entries oldest first: those that an event can come before, and all from the first open one on. */
export function windowOf(entries: readonly HistoryRow[], { began }: StageEvent): Window {
  const first = entries.findIndex(
    ({ at, revision_after }) => at >= began - MAX_SKEW_MS || revision_after === NOT_KNOWN,
  );
  const from = first === -1 ? entries.length : first;
  return { entries: entries.slice(from), previous: entries[from - 1] };
}

/** The state before a window. */
function startOf(
  { entries: [first], previous }: Window,
  last: Sighting | undefined,
  { change }: StageEvent,
  facts: StateFacts,
): Start {
  const at = previous?.at ?? -Infinity;
  const before = first === undefined ? undefined : stateOfColumn(first.revision_before);
  if (before !== undefined) return { state: before, at };
  // What was seen while the change was made, and is not what it made, is what was before.
  const isBefore =
    first === undefined &&
    last !== undefined &&
    change !== undefined &&
    last.after !== change.after &&
    relationOf(last, change, facts) === 'part';
  if (isBefore) return { state: last.after, at };
  return { state: previous && stateOfColumn(previous.revision_after), at };
}

/** All that a timeline is merged from. */
export function timelineParts(
  window: Window,
  row: StageRow | undefined,
  event: StageEvent,
  tools: WeavingTools,
): { readonly start: Start; readonly changes: readonly Change[]; readonly sightings: readonly Sighting[] } {
  const seen = row && sightingsOf(row, tools.newId);
  const stored = window.entries.filter(({ source }) => source === 'GATEWAY').map(changeOf);
  const observed = window.entries.filter(({ source }) => source === 'OBSERVED').map(observedSighting);
  const evidence = evidenceSightings(window.entries, observed, tools);
  return {
    start: startOf(window, seen?.last, event, tools.facts),
    changes: event.change === undefined ? stored : [...stored, event.change],
    sightings: [...observed, ...evidence, ...(seen?.all ?? []), ...event.sightings],
  };
}

/** Whether an entry already says what a link says. */
export const isRecorded = (row: HistoryRow, link: Link): boolean =>
  row.at === link.at &&
  row.outcome === link.outcome &&
  isSameResolution(evidenceOf(row).settled, link.settled) &&
  row.revision_before === columnOfState(link.before) &&
  row.revision_after === columnOfState(link.after);
