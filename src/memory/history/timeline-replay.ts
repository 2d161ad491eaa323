import type { Change, Link, Sighting, Start, State, StateFacts, Timeline } from './timeline-links.ts';

/** A replay through a stage's states, which writes down what made each of them. */
export interface Replay {
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
const named = ({ facts, state }: Replay, own: State): State =>
  state === undefined || (own !== undefined && differing(facts, state, own) === 0) ? own : state;

/** A read is no proof of an older state than the one that is known. */
function isStale({ state, seenAt, facts }: Replay, { after, began }: Sighting): boolean {
  if (state === undefined || after === state) return false;
  const order = state === null || after === null ? 0 : facts.lastUpdated(after) - facts.lastUpdated(state);
  return order < 0 || (order === 0 && began < seenAt);
}

function arrive(
  replay: Replay,
  state: State,
  { began, at }: { readonly began: number; readonly at: number },
): void {
  replay.seenAt = state === replay.state ? Math.max(replay.seenAt, at) : at;
  replay.state = state;
  replay.seen = { began, at };
}

/** An entry does not come before the one that it follows. */
function timeOf({ links }: Replay, { id, at }: Pick<Link, 'id' | 'at'>): number {
  const last = links.at(-1);
  return last === undefined ? at : Math.max(at, last.id < id ? last.at : last.at + 1);
}

function addObserved(replay: Replay, sighting: Sighting, before: State, share: Link['share']): void {
  const { id, began, after } = sighting;
  const common = { id, source: 'OBSERVED', outcome: 'APPLIED' } as const;
  replay.links.push({
    ...common,
    began,
    at: timeOf(replay, sighting),
    before,
    after,
    share,
    settled: undefined,
  });
}

function addGateway(
  { links }: Replay,
  { id, began, at, outcome }: Change,
  values: Pick<Link, 'before' | 'after'> & Partial<Pick<Link, 'share' | 'settled'>>,
): void {
  const common = { id, source: 'GATEWAY', share: undefined, settled: undefined } as const;
  links.push({ ...common, outcome, began, at, ...values });
}

/** Whether AWS says that a stage was changed, if only to what it was. */
const isUpdated = ({ lastUpdated }: StateFacts, from: State, to: State): boolean =>
  from != null && to != null && lastUpdated(from) !== lastUpdated(to);

/** Each open change gets the parts that it can have changed, the last one first. */
function sharesOf(pending: readonly Change[], parts: number) {
  let rest = parts;
  const shares = new Map(
    pending.toReversed().map((change) => {
      const own = rest & change.touches;
      rest &= ~own;
      return [change, own];
    }),
  );
  return { shares, rest };
}

/** A read settles the open changes before it. */
function settle(replay: Replay, sighting: Sighting): void {
  const { state: from, pending } = replay;
  const { after: to } = sighting;
  const all = differing(replay.facts, from, to);
  const { shares, rest } = sharesOf(pending, all);
  let before = from;
  const lastToGive = pending.findLast(({ givesValues }) => givesValues);
  for (const change of pending) {
    const parts = shares.get(change) ?? 0;
    // An entry that goes because a value was there already would tell which it was: AWS's date decides.
    const hasGiven = change.givesValues && isUpdated(replay.facts, from, to);
    const hasChanged = parts !== 0 || (hasGiven && change === lastToGive);
    // Who shares its parts with a later change may have been applied all the same.
    const hasDoneNothing = from !== undefined && (all & change.touches) === 0 && !hasGiven;
    if (change.outcome === 'UNKNOWN' && hasDoneNothing) continue;
    const after = hasChanged || from === undefined ? to : before;
    const outcome = hasChanged && change.outcome === 'UNKNOWN' ? 'APPLIED' : change.outcome;
    const { began, at } = sighting;
    const settled =
      all === 0 && !hasGiven ? undefined : { outcome: change.outcome, read: { began, at, after: to } };
    addGateway(replay, { ...change, outcome }, { before, after, share: { from, to, parts }, settled });
    before = after;
  }
  replay.pending = [];
  if (rest !== 0) addObserved(replay, sighting, before, { from, to, parts: rest });
}

/** A read comes. */
export function applyRead(replay: Replay, sighting: Sighting): void {
  if (isStale(replay, sighting)) return;
  const { state, pending, facts } = replay;
  if (pending.length > 0) settle(replay, sighting);
  else if (differing(facts, state, sighting.after) !== 0) {
    addObserved(replay, sighting, named(replay, sighting.before), undefined);
  }
  arrive(replay, sighting.after, sighting);
}

/** A process whose clock is behind has seen a change before it began. */
function isSeenTooEarly({ state, links }: Replay, { before, after }: Change): boolean {
  const last = links.at(-1);
  const isSame = last?.source === 'OBSERVED' && last.before === before && last.after === after;
  return isSame && before !== after && state === after;
}

/**
 * A change comes before a read has settled the open ones: these get what it cannot have changed itself. Gives the share of
 * the change, if there are others.
 */
function settleUnread(replay: Replay, { after, touches }: Change): Link['share'] {
  const { state: from, pending, facts } = replay;
  const all = differing(facts, from, after);
  const { shares } = sharesOf(pending, all & ~touches);
  let others = 0;
  for (const open of pending) {
    const parts = shares.get(open) ?? 0;
    others |= parts;
    const settled = { outcome: open.outcome, read: null };
    if (parts === 0) addGateway(replay, open, { before: from, after: from, settled });
    else {
      const outcome = open.outcome === 'UNKNOWN' ? 'APPLIED' : open.outcome;
      const share = { from, to: after, parts };
      addGateway(replay, { ...open, outcome }, { before: from, after, share, settled });
    }
  }
  replay.pending = [];
  return others === 0 ? undefined : { from, to: after, parts: all & ~others };
}

/** A change of this gateway comes. */
export function applyChange(replay: Replay, change: Change): void {
  if (change.after === undefined) {
    if (replay.state === undefined) replay.state = change.before;
    replay.pending.push(change);
    return;
  }
  const share = settleUnread(replay, change);
  if (isSeenTooEarly(replay, change)) {
    replay.links.pop();
    replay.state = change.before;
  }
  replay.links = replay.links.map((link) =>
    link.source === 'OBSERVED' && link.at > change.at ? { ...link, at: change.began - 1 } : link,
  );
  const placed = { ...change, at: timeOf(replay, change) };
  addGateway(replay, placed, { before: named(replay, change.before), after: change.after, share });
  arrive(replay, change.after, placed);
}

/** What is left open is settled by a later read. */
export function finish(replay: Replay): Timeline {
  const { pending, state } = replay;
  for (const change of pending) addGateway(replay, change, { before: state, after: undefined });
  return { links: replay.links, open: pending.map(({ id }) => id), state, seen: replay.seen };
}

export const startReplay = ({ state, at }: Start, facts: StateFacts): Replay => ({
  facts,
  state,
  seenAt: at,
  seen: undefined,
  links: [],
  pending: [],
});
