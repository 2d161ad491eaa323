import type { Change, Sighting, Start, StateFacts, Timeline } from './timeline-links.ts';
import { end, pass, see, startWalk } from './timeline-walk.ts';

type Place = 'before' | 'part' | 'after';

function placeInTime(sighting: Sighting, change: Change): Place {
  if (sighting.at < change.began) return 'before';
  return sighting.began >= change.at ? 'after' : 'part';
}

/** AWS's dates decide where they differ, whatever the clocks of processes say. What was seen meanwhile is part of a change. */
export function placeOf(sighting: Sighting, change: Change, { lastUpdated }: StateFacts): Place {
  const inTime = placeInTime(sighting, change);
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
    const places = changes.map((change) => placeOf(sighting, change, facts));
    if (!places.includes('part')) slots[places.lastIndexOf('after') + 1]?.push(sighting);
  }
  return slots.map((slot) => slot.sort(inOrder(facts)));
}

/**
 * The history of a stage between two moments, from the changes of gateways and from what reads saw: the same in whatever
 * order these have become known. A difference that no change explains is an OBSERVED entry; a first sight is none.
 */
export function weave(
  start: Start,
  changes: readonly Change[],
  sightings: readonly Sighting[],
  facts: StateFacts,
): Timeline {
  const ordered = [...changes].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const walk = startWalk(start, facts);
  for (const [position, between] of sightingsBetween(sightings, ordered, facts).entries()) {
    for (const sighting of between) see(walk, sighting);
    const change = ordered[position];
    if (change !== undefined) pass(walk, change);
  }
  return end(walk);
}
