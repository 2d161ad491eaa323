import { createLinkedList, type LinkedList } from './linked-list.ts';

/** 0 goes before 1, and 1 before 2. */
export type Rank = 0 | 1 | 2;

/** Who takes turns: values that are the same are the same caller. */
export type CallerKey = string | object;

/** What waits, and since when. */
export interface Aged {
  readonly since: number;
}

/** A place in the queue. */
export interface Place {
  /** How many items of its caller go before it. */
  readonly before: () => number;
  /** To another rank or caller. The item keeps its age: it goes before the later ones of its caller. */
  readonly move: (rank: Rank, caller: CallerKey) => void;
  /** `served`: its caller has had its turn. */
  readonly leave: (served?: boolean) => void;
}

/** A queue by rank; within a rank callers take turns, whatever the number of their items. No verb looks at all items. */
export interface FairQueue<Item extends Aged> {
  /** It goes by its age: one that has waited elsewhere goes before the later ones of its caller. */
  readonly add: (rank: Rank, caller: CallerKey, item: Item) => Place;
  /** The item whose turn it is. */
  readonly first: () => Item | undefined;
  /** The item that has waited longest, whatever its rank. */
  readonly oldest: () => Item | undefined;
  readonly sizes: () => readonly [number, number, number];
  /** How many items of a caller wait at a rank. */
  readonly countOf: (rank: Rank, caller: CallerKey) => number;
  /** How many items would go before a new one. */
  readonly ahead: (rank: Rank, caller: CallerKey) => number;
  /** Every item, the oldest first. */
  readonly items: () => readonly Item[];
  /** Every item with the number of those that go before it. */
  readonly withAhead: () => readonly (readonly [Item, number])[];
}

/** What one caller waits for at one rank. */
interface Line<Item> {
  readonly items: LinkedList<Item>;
  count: number;
  /** Leaves its place among the callers. */
  yield: () => void;
}

/** By age; from the end, where a new item has its place at once. */
const insertByAge = <Item extends Aged>(list: LinkedList<Item>, item: Item): (() => void) =>
  list.insert(item, ({ since }) => since > item.since);

function createRank<Item extends Aged>() {
  const lines = new Map<CallerKey, Line<Item>>();
  /** The callers, in the order of their turns. */
  const round = createLinkedList<Line<Item>>();
  /** How many callers have at least so many items: what goes before an item is told without a look at all of them. */
  const callersWith: number[] = [];
  let size = 0;

  function openLine(caller: CallerKey): Line<Item> {
    const line: Line<Item> = { items: createLinkedList(), count: 0, yield: () => undefined };
    line.yield = round.append(line);
    lines.set(caller, line);
    return line;
  }

  const countOf = (caller: CallerKey): number => lines.get(caller)?.count ?? 0;

  return {
    size: () => size,
    countOf,
    first: () => round.first()?.items.first(),
    add(caller: CallerKey, item: Item): Omit<Place, 'move'> {
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
          line.yield();
          if (line.count > 0) line.yield = round.append(line);
          else lines.delete(caller);
        },
      };
    },
    /** Of a new item: those of its own caller, and as many and one more of each other. */
    ahead(caller: CallerKey): number {
      let sum = 0;
      for (let count = 1; count <= countOf(caller) + 1; count++) sum += callersWith[count] ?? 0;
      return sum;
    },
    withAhead: () =>
      round.values().flatMap((line) => {
        let before = 0;
        return line.items.values().map((item, index): readonly [Item, number] => {
          before += callersWith[index + 1] ?? 0;
          return [item, before - 1];
        });
      }),
  };
}

export function createFairQueue<Item extends Aged>(): FairQueue<Item> {
  const ranks = [createRank<Item>(), createRank<Item>(), createRank<Item>()] as const;
  const all = createLinkedList<Item>();

  const higherThan = (rank: number): number =>
    ranks.slice(0, rank).reduce((sum, higher) => sum + higher.size(), 0);

  return {
    add(rank, caller, item) {
      const forget = insertByAge(all, item);
      let place = ranks[rank].add(caller, item);
      return {
        before: () => place.before(),
        move(to, joined) {
          place.leave();
          place = ranks[to].add(joined, item);
        },
        leave(served) {
          forget();
          place.leave(served);
        },
      };
    },
    first: () => ranks[0].first() ?? ranks[1].first() ?? ranks[2].first(),
    oldest: all.first,
    sizes: () => [ranks[0].size(), ranks[1].size(), ranks[2].size()],
    countOf: (rank, caller) => ranks[rank].countOf(caller),
    ahead: (rank, caller) => higherThan(rank) + ranks[rank].ahead(caller),
    items: all.values,
    withAhead: () =>
      ranks.flatMap((each, rank) => {
        const higher = higherThan(rank);
        return each.withAhead().map(([item, ahead]): readonly [Item, number] => [item, higher + ahead]);
      }),
  };
}
