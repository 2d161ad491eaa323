import type { Change, Sighting, Start, StateFacts, Timeline } from './timeline-links.ts';
import { applyChange, applyRead, finish, startReplay } from './timeline-replay.ts';

type Relation = 'before' | 'part' | 'after';

function relationInTime(sighting: Sighting, change: Change): Relation {
  if (sighting.at < change.began) return 'before';
  return sighting.began >= change.at ? 'after' : 'part';
}

/** AWS's dates decide where they differ, whatever the clocks of processes say. What was seen meanwhile is part of a change. */
export function relationOf(sighting: Sighting, change: Change, { lastUpdated }: StateFacts): Relation {
  const inTime = relationInTime(sighting, change);
  if (sighting.after === null || change.after == null) return inTime;
  const order = lastUpdated(sighting.after) - lastUpdated(change.after);
  if (order > 0) return 'after';
  return order < 0 && inTime === 'after' ? 'before' : inTime;
}

const inOrder =
  ({ lastUpdated }: StateFacts) =>
  (one: Sighting, other: Sighting): number =>
    (one.after === null || other.after === null ? 0 : lastUpdated(one.after) - lastUpdated(other.after)) ||
    one.at - other.at ||
    (one.id < other.id ? -1 : 1);

/** The sightings before each change, and after the last. Those that are part of a change are left out. */
function sightingsBetween(
  sightings: readonly Sighting[],
  changes: readonly Change[],
  facts: StateFacts,
): Sighting[][] {
  const slots: Sighting[][] = Array.from({ length: changes.length + 1 }, () => []);
  for (const sighting of sightings) {
    const relations = changes.map((change) => relationOf(sighting, change, facts));
    if (!relations.includes('part')) slots[relations.lastIndexOf('after') + 1]?.push(sighting);
  }
  return slots.map((slot) => slot.sort(inOrder(facts)));
}

/** Whether neither ended before the other one began. */
const isMeanwhile = (one: Change, other: Change): boolean => one.began < other.at && other.began < one.at;

const byEnd = (one: Change, other: Change): number => one.at - other.at || (one.id < other.id ? -1 : 1);

/** Moves a change behind those that follow it up to a position. */
const moved = (changes: readonly Change[], from: number, to: number): Change[] => {
  const others = changes.toSpliced(from, 1);
  return others.toSpliced(to, 0, ...changes.slice(from, from + 1));
};

/** Where a change stands that AWS has made at the same time as the one at a position, but later; -1: nowhere. */
function overtaken(
  changes: readonly Change[],
  position: number,
  isLater: (change: Change) => boolean,
): number {
  const others = (from: number) => changes.slice(from + 1, position + 1);
  return changes.findIndex(
    (change, from) =>
      from < position && isLater(change) && others(from).every((other) => isMeanwhile(change, other)),
  );
}

/**
 * Changes in the order in which AWS has made them. Without a common lock some are under way at once, and their answers come
 * in another order: AWS's dates tell, and where they are the same, what the first read after them shows.
 */
function inOrderOfAws(
  changes: readonly Change[],
  sightings: readonly Sighting[],
  facts: StateFacts,
): Change[] {
  let ordered = [...changes].sort(byEnd);
  const dateOf = ({ after }: Change): number => (after == null ? NaN : facts.lastUpdated(after));
  for (const [position, change] of [...ordered.entries()]) {
    const from = overtaken(ordered, position, (other) => dateOf(other) > dateOf(change));
    if (from >= 0) ordered = moved(ordered, from, position);
  }
  for (const [next, [first]] of sightingsBetween(sightings, ordered, facts).entries()) {
    const last = ordered[next - 1];
    if (first === undefined || last === undefined || last.after === first.after) continue;
    const from = overtaken(ordered, next - 1, ({ after }) => after === first.after);
    if (from >= 0) ordered = moved(ordered, from, next - 1);
  }
  return ordered;
}

/**
 * The history of a stage between two moments, from the changes of gateways and from what reads saw: the same in whatever
 * order these have become known. A difference that no change explains is an OBSERVED entry; a first sight is none.
 */
export function mergeTimeline(
  start: Start,
  changes: readonly Change[],
  sightings: readonly Sighting[],
  facts: StateFacts,
): Timeline {
  const ordered = inOrderOfAws(changes, sightings, facts);
  const replay = startReplay(start, facts);
  for (const [position, between] of sightingsBetween(sightings, ordered, facts).entries()) {
    for (const sighting of between) applyRead(replay, sighting);
    const change = ordered[position];
    if (change !== undefined) applyChange(replay, change);
  }
  return finish(replay);
}
