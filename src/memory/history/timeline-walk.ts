import type { Change, Link, Sighting, Start, State, StateFacts, Timeline } from './timeline-links.ts';

/** A walk through a stage's states, which writes down what made each of them. */
export interface Walk {
  readonly facts: StateFacts;
  state: State;
  seenAt: number;
  seen: Timeline['seen'];
  links: Link[];
  pending: Change[];
}

const differing = ({ differingParts }: StateFacts, before: State, after: State): number =>
  before === undefined || after === undefined || before === after ? 0 : differingParts(before, after);

/** Of two states that do not differ, that which the entry itself names: AWS changes statuses by itself. */
const named = ({ facts, state }: Walk, own: State): State =>
  state === undefined || (own !== undefined && differing(facts, state, own) === 0) ? own : state;

/** A read is no proof of an older state than the one that is known. */
function isStale({ state, seenAt, facts }: Walk, { after, began }: Sighting): boolean {
  if (state === undefined || after === state) return false;
  const order = state === null || after === null ? 0 : facts.lastUpdated(after) - facts.lastUpdated(state);
  return order < 0 || (order === 0 && began < seenAt);
}

function arrive(
  walk: Walk,
  state: State,
  { began, at }: { readonly began: number; readonly at: number },
): void {
  walk.seenAt = state === walk.state ? Math.max(walk.seenAt, at) : at;
  walk.state = state;
  walk.seen = { began, at };
}

/** An entry does not come before the one that it follows. */
function timeOf({ links }: Walk, { id, at }: Pick<Link, 'id' | 'at'>): number {
  const last = links.at(-1);
  return last === undefined ? at : Math.max(at, last.id < id ? last.at : last.at + 1);
}

function addObserved(walk: Walk, sighting: Sighting, before: State, share: Link['share']): void {
  const { id, began, after } = sighting;
  const common = { id, source: 'OBSERVED', outcome: 'APPLIED' } as const;
  walk.links.push({ ...common, began, at: timeOf(walk, sighting), before, after, share, settled: undefined });
}

function addGateway(
  { links }: Walk,
  { id, began, at, outcome }: Change,
  values: Pick<Link, 'before' | 'after'> & Partial<Pick<Link, 'share' | 'settled'>>,
): void {
  const common = { id, source: 'GATEWAY', share: undefined, settled: undefined } as const;
  links.push({ ...common, outcome, began, at, ...values });
}

/** Whether AWS says that a stage was changed, if only to what it was. */
const isUpdated = ({ lastUpdated }: StateFacts, from: State, to: State): boolean =>
  from != null && to != null && lastUpdated(from) !== lastUpdated(to);

/** A read settles the open changes before it: each gets the parts that it can have changed, the last one first. */
function settle(walk: Walk, sighting: Sighting): void {
  const { state: from, pending } = walk;
  const { after: to } = sighting;
  const all = differing(walk.facts, from, to);
  let rest = all;
  const shares = new Map(
    pending.toReversed().map((change) => {
      const parts = rest & change.touches;
      rest &= ~parts;
      return [change, parts];
    }),
  );
  let before = from;
  for (const change of pending) {
    const parts = shares.get(change) ?? 0;
    // An entry that goes because a value was there already would tell which it was: AWS's date decides.
    const hasGiven = change.givesValues && isUpdated(walk.facts, from, to);
    const hasChanged = parts !== 0 || hasGiven;
    // Who shares its parts with a later change may have been applied all the same.
    const hasDoneNothing = from !== undefined && (all & change.touches) === 0 && !hasGiven;
    if (change.outcome === 'UNKNOWN' && hasDoneNothing) continue;
    const after = hasChanged || from === undefined ? to : before;
    const outcome = hasChanged && change.outcome === 'UNKNOWN' ? 'APPLIED' : change.outcome;
    const { began, at } = sighting;
    const settled =
      all === 0 && !hasGiven ? undefined : { outcome: change.outcome, read: { began, at, after: to } };
    addGateway(walk, { ...change, outcome }, { before, after, share: { from, to, parts }, settled });
    before = after;
  }
  walk.pending = [];
  if (rest !== 0) addObserved(walk, sighting, before, { from, to, parts: rest });
}

/** A read comes. */
export function see(walk: Walk, sighting: Sighting): void {
  if (isStale(walk, sighting)) return;
  const { state, pending, facts } = walk;
  if (pending.length > 0) settle(walk, sighting);
  else if (differing(facts, state, sighting.after) !== 0) {
    addObserved(walk, sighting, named(walk, sighting.before), undefined);
  }
  arrive(walk, sighting.after, sighting);
}

/** A process whose clock is behind has seen a change before it began. */
function isSeenTooEarly({ state, links }: Walk, { before, after }: Change): boolean {
  const last = links.at(-1);
  const isSame = last?.source === 'OBSERVED' && last.before === before && last.after === after;
  return isSame && before !== after && state === after;
}

/** A change of this gateway comes. */
export function pass(walk: Walk, change: Change): void {
  if (change.after === undefined) {
    if (walk.state === undefined) walk.state = change.before;
    walk.pending.push(change);
    return;
  }
  // What is open was never read: this change has overwritten it.
  const { state, pending } = walk;
  for (const open of pending) {
    addGateway(walk, open, { before: state, after: state, settled: { outcome: open.outcome, read: null } });
  }
  walk.pending = [];
  if (isSeenTooEarly(walk, change)) {
    walk.links.pop();
    walk.state = change.before;
  }
  walk.links = walk.links.map((link) =>
    link.source === 'OBSERVED' && link.at > change.at ? { ...link, at: change.began - 1 } : link,
  );
  const placed = { ...change, at: timeOf(walk, change) };
  addGateway(walk, placed, { before: named(walk, change.before), after: change.after });
  arrive(walk, change.after, placed);
}

/** What is left open is settled by a later read. */
export function end(walk: Walk): Timeline {
  const { pending, state } = walk;
  for (const change of pending) addGateway(walk, change, { before: state, after: undefined });
  return { links: walk.links, open: pending.map(({ id }) => id), state, seen: walk.seen };
}

export const startWalk = ({ state, at }: Start, facts: StateFacts): Walk => ({
  facts,
  state,
  seenAt: at,
  seen: undefined,
  links: [],
  pending: [],
});
