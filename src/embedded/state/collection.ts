/** Items with a key, in order of creation, with pagination. */
export interface Collection<T> {
  readonly size: number;
  get(key: string): T | undefined;
  /** A replaced item keeps its place in the order. */
  set(key: string, item: T): void;
  delete(key: string): void;
  values(): readonly T[];
  /** At most `limit` items after `position`; undefined for an invalid position. */
  page(position: string | undefined, limit: number): { items: readonly T[]; position?: string } | undefined;
}

interface Entry<T> {
  readonly key: string;
  readonly order: number;
  item: T;
}

/** A position is the key of the last entry of a page, so that it is the same in every run. */
const encodePosition = (key: string) => Buffer.from(key).toString('base64url');

function decodePosition(text: string): string | undefined {
  const key = Buffer.from(text, 'base64url').toString();
  return encodePosition(key) === text ? key : undefined;
}

/** The index of the first entry with a larger `order`, by binary search. */
function firstAfter(ordered: readonly { readonly order: number }[], order: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordered[middle]?.order ?? 0) <= order) low = middle + 1;
    else high = middle;
  }
  return low;
}

const MAX_DELETED = 10_000;

/**
 * A map for lookups and an array in order of creation for pages. The order of the last deleted entries is kept, so
 * that a page continues after an entry that was deleted: no page repeats or skips items.
 */
export function createCollection<T>(items: readonly T[], keyOf: (item: T) => string): Collection<T> {
  const byKey = new Map<string, Entry<T>>();
  let deletedOrders: Map<string, number> | undefined;
  let ordered: Entry<T>[] = [];
  let created = 0;

  const orderOf = (position: string) => {
    const key = decodePosition(position);
    return key === undefined ? undefined : (byKey.get(key)?.order ?? deletedOrders?.get(key));
  };
  const rememberDeleted = ({ key, order }: Entry<T>) => {
    deletedOrders ??= new Map();
    deletedOrders.delete(key);
    deletedOrders.set(key, order);
    const [oldest] = deletedOrders.size > MAX_DELETED ? deletedOrders.keys() : [];
    if (oldest !== undefined) deletedOrders.delete(oldest);
  };

  const collection: Collection<T> = {
    get size() {
      return byKey.size;
    },
    get: (key) => byKey.get(key)?.item,
    set(key, item) {
      const existing = byKey.get(key);
      if (existing) {
        existing.item = item;
        return;
      }
      const entry = { key, order: ++created, item };
      byKey.set(key, entry);
      ordered.push(entry);
    },
    delete(key) {
      const entry = byKey.get(key);
      if (!entry) return;
      byKey.delete(key);
      ordered = ordered.filter((other) => other !== entry);
      rememberDeleted(entry);
    },
    values: () => ordered.map(({ item }) => item),
    page(position, limit) {
      const after = position === undefined ? 0 : orderOf(position);
      if (after === undefined) return undefined;
      const start = firstAfter(ordered, after);
      const entries = ordered.slice(start, start + limit);
      const last = entries.at(-1);
      return {
        items: entries.map(({ item }) => item),
        ...(last && start + limit < ordered.length ? { position: encodePosition(last.key) } : {}),
      };
    },
  };
  for (const item of items) collection.set(keyOf(item), item);
  return collection;
}
