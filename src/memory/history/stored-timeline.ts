import type { HistoryRow, StageRow } from '../database/tables.ts';
import type { HistoryOutcome } from './gateway-change.ts';
import { partsTouchedBy } from './mutation-parts.ts';
import type { Change, Link, Sighting, Start, State, StateFacts } from './timeline-links.ts';
import { placeOf } from './timeline.ts';

/** How the columns of an entry say that a revision is not known. */
const NOT_KNOWN = '';

export const stateOfColumn = (column: string | null): State => (column === NOT_KNOWN ? undefined : column);
export const columnOfState = (state: State): string | null => (state === undefined ? NOT_KNOWN : state);

export const isRevision = (state: State): state is string => typeof state === 'string' && state !== NOT_KNOWN;

const outcomes: readonly HistoryOutcome[] = ['APPLIED', 'PARTIAL', 'UNKNOWN'];

/** Only the gateway writes outcomes. */
export const outcomeOf = ({ outcome }: Pick<HistoryRow, 'outcome'>): HistoryOutcome =>
  outcomes.find((known) => known === outcome) ?? 'UNKNOWN';

const timesOf = ({ began_at, at }: HistoryRow) => ({ began: began_at ?? at, at });

const changeOf = (row: HistoryRow): Change => ({
  id: row.id,
  ...timesOf(row),
  before: stateOfColumn(row.revision_before),
  after: stateOfColumn(row.revision_after),
  outcome: outcomeOf(row),
  touches: partsTouchedBy(row.mutation),
});

/** The last read of a stage. */
const lastSighting = (row: StageRow, id: string): Sighting => ({
  id,
  began: row.started_at ?? row.observed_at,
  at: row.observed_at,
  before: undefined,
  after: row.revision,
});

/** Something that is to be woven into a stage's history. */
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
    placeOf(last, change, facts) === 'part';
  if (isBefore) return { state: last.after, at };
  return { state: previous && stateOfColumn(previous.revision_after), at };
}

/** All that a timeline is woven from. */
export function timelineParts(
  window: Window,
  row: StageRow | undefined,
  event: StageEvent,
  { facts, newId }: { readonly facts: StateFacts; readonly newId: () => string },
): { readonly start: Start; readonly changes: readonly Change[]; readonly sightings: readonly Sighting[] } {
  const last = row && lastSighting(row, newId());
  const stored = window.entries.filter(({ source }) => source === 'GATEWAY').map(changeOf);
  const seen = window.entries
    .filter(({ source }) => source === 'OBSERVED')
    .map((entry): Sighting => ({
      id: entry.id,
      ...timesOf(entry),
      before: stateOfColumn(entry.revision_before),
      after: entry.revision_after,
    }));
  return {
    start: startOf(window, last, event, facts),
    changes: event.change === undefined ? stored : [...stored, event.change],
    sightings: [...seen, ...(last === undefined ? [] : [last]), ...event.sightings],
  };
}

/** Whether an entry already says what a link says. */
export const isSaid = (row: HistoryRow, link: Link): boolean =>
  row.at === link.at &&
  row.outcome === link.outcome &&
  row.revision_before === columnOfState(link.before) &&
  row.revision_after === columnOfState(link.after);
