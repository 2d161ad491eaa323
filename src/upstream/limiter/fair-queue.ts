import { createLinkedList, type LinkedList } from './linked-list.ts';

/** The priority of an item; 0 is served first. */
export type Rank = 0 | 1 | 2;

/** Identifies a caller, by `===`. */
export type CallerKey = string | object;

/** An item with the time at which it was queued. */
export interface Aged {
  readonly since: number;
}

/** An item in the queue. */
export interface QueuedItem {
  /** How many items of its caller are before it. */
  readonly before: () => number;
  /** Moves the item to another rank or caller. It keeps its age, so it goes before that caller's later items. */
  readonly move: (rank: Rank, caller: CallerKey) => void;
  /** Removes the item. `served`: the next turn is that of another caller. */
  readonly leave: (served?: boolean) => void;
}

/** A queue by rank; within a rank callers take turns (round robin), however many items each has. */
export type FairQueue<Item extends Aged> = ReturnType<typeof createFairQueue<Item>>;

/** The items of one caller at one rank. */
interface Line<Item> {
  readonly items: LinkedList<Item>;
  count: number;
  /** Removes the line from the rotation. */
  leaveRotation: () => void;
}

/** Searches from the end, where new items belong. */
const insertByAge = <Item extends Aged>(list: LinkedList<Item>, item: Item): (() => void) =>
  list.insert(item, ({ since }) => since > item.since);

function createRank<Item extends Aged>() {
  const lines = new Map<CallerKey, Line<Item>>();
  /** The callers, in the order of their turns. */
  const rotation = createLinkedList<Line<Item>>();
  /** How many callers have at least so many items: gives the position of an item without visiting all others. */
  const callersWith: number[] = [];
  let size = 0;

  function openLine(caller: CallerKey): Line<Item> {
    const line: Line<Item> = { items: createLinkedList(), count: 0, leaveRotation: () => undefined };
    line.leaveRotation = rotation.append(line);
    lines.set(caller, line);
    return line;
  }

  const countOf = (caller: CallerKey): number => lines.get(caller)?.count ?? 0;

  return {
    size: () => size,
    countOf,
    first: () => rotation.first()?.items.first(),
    add(caller: CallerKey, item: Item): Omit<QueuedItem, 'move'> {
      const line = lines.get(caller) ?? openLine(caller);
      const remove = insertByAge(line.items, item);
      size += 1;
      line.count += 1;
      callersWith[line.count] = (callersWith[line.count] ?? 0) + 1;
      return {
        before: () => line.items.indexOf(item),
        leave(served = false) {
          remove();
          size -= 1;
          callersWith[line.count] = (callersWith[line.count] ?? 0) - 1;
          line.count -= 1;
          if (line.count > 0 && !served) return;
          line.leaveRotation();
          if (line.count > 0) line.leaveRotation = rotation.append(line);
          else lines.delete(caller);
        },
      };
    },
    /** For a new item of a caller with n items: these, and at most n + 1 of each other caller. */
    ahead(caller: CallerKey): number {
      let sum = 0;
      for (let count = 1; count <= countOf(caller) + 1; count++) sum += callersWith[count] ?? 0;
      return sum;
    },
    withAhead: () =>
      rotation.values().flatMap((line) => {
        let before = 0;
        return line.items.values().map((item, index): readonly [Item, number] => {
          before += callersWith[index + 1] ?? 0;
          return [item, before - 1];
        });
      }),
  };
}

export function createFairQueue<Item extends Aged>() {
  const ranks = [createRank<Item>(), createRank<Item>(), createRank<Item>()] as const;
  const all = createLinkedList<Item>();

  const higherThan = (rank: number): number =>
    ranks.slice(0, rank).reduce((sum, higher) => sum + higher.size(), 0);

  return {
    /** Items of a caller are in the order of their age: one that comes from another queue may not be the last. */
    add(rank: Rank, caller: CallerKey, item: Item): QueuedItem {
      const remove = insertByAge(all, item);
      let place = ranks[rank].add(caller, item);
      return {
        before: () => place.before(),
        move(to, joined) {
          place.leave();
          place = ranks[to].add(joined, item);
        },
        leave(served) {
          remove();
          place.leave(served);
        },
      };
    },
    /** The next item. */
    first: () => ranks[0].first() ?? ranks[1].first() ?? ranks[2].first(),
    /** The item that has waited longest, whatever its rank. */
    oldest: all.first,
    sizes: () => [ranks[0].size(), ranks[1].size(), ranks[2].size()] as const,
    /** How many items a caller has at a rank. */
    countOf: (rank: Rank, caller: CallerKey) => ranks[rank].countOf(caller),
    /** How many items would be served before a new one. */
    ahead: (rank: Rank, caller: CallerKey) => higherThan(rank) + ranks[rank].ahead(caller),
    /** Every item, the oldest first. */
    items: all.values,
    /** Every item with the number of those that are served before it. */
    withAhead: () =>
      ranks.flatMap((each, rank) => {
        const higher = higherThan(rank);
        return each.withAhead().map(([item, ahead]): readonly [Item, number] => [item, higher + ahead]);
      }),
  };
}
