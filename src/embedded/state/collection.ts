import { randomBytes } from 'node:crypto';

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

/** The last entry of a page, and the collection that its `order` refers to. */
interface Position {
  readonly collection: string;
  readonly order: number;
  readonly key: string;
}

const encodePosition = ({ collection, order, key }: Position) =>
  Buffer.from(`${collection}:${order}:${key}`).toString('base64url');

function decodePosition(text: string): Position | undefined {
  const parts = /^(\w+-\d+):(\d{1,15}):(.*)$/s.exec(Buffer.from(text, 'base64url').toString());
  const [, collection = '', order = '', key = ''] = parts ?? [];
  const position = { collection, order: Number(order), key };
  return encodePosition(position) === text ? position : undefined;
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

const processId = randomBytes(8).toString('hex');
let collections = 0;

/**
 * A map for lookups and an array in order of creation for pages. A position contains the key of the last entry, which
 * is valid after a restart, and its order, which is valid after the entry is deleted. So no page repeats or skips
 * items.
 */
export function createCollection<T>(items: readonly T[], keyOf: (item: T) => string): Collection<T> {
  const byKey = new Map<string, Entry<T>>();
  let ordered: Entry<T>[] = [];
  let created = 0;
  const name = `${processId}-${++collections}`;

  const orderOf = (text: string) => {
    const position = decodePosition(text);
    if (!position) return undefined;
    return byKey.get(position.key)?.order ?? (position.collection === name ? position.order : undefined);
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
      if (byKey.delete(key)) ordered = ordered.filter((entry) => entry.key !== key);
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
        ...(last && start + limit < ordered.length
          ? { position: encodePosition({ ...last, collection: name }) }
          : {}),
      };
    },
  };
  for (const item of items) collection.set(keyOf(item), item);
  return collection;
}
