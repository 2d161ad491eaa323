import { LRUCache } from 'lru-cache';

/** Typed entries under their keys. They share the memory's bound with all other tables. */
export interface Table<Value> {
  /** Counts as a use: what is used least recently is evicted first. */
  get(key: string): Value | undefined;
  peek(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** Deletes the entry of this key and those of all keys that start with it. */
  deletePrefix(prefix: string): void;
}

/** The memory of all caches of the process, bounded in bytes. */
export type Memory = ReturnType<typeof createMemory>;

/** Key, table slot and LRU node of an entry, beside its value. */
const OVERHEAD_BYTES = 200;

/** An entry of a table. */
interface Slot<Value> {
  readonly bytes: number;
  readonly key: string;
  readonly table: Pick<Map<string, unknown>, 'delete'>;
  /** Emptied on eviction: V8 keeps the old storage of a grown map, and what it refers to, until a full collection. */
  value: Value | undefined;
}

export function createMemory(maxBytes: number) {
  // Slots are their own keys: a table's keys need not be unique among tables, and no value loses its type.
  const recency = new LRUCache<Slot<unknown>, Slot<unknown>>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    dispose(slot) {
      slot.table.delete(slot.key);
      slot.value = undefined;
    },
  });
  return {
    /** An empty table; it takes no memory until it has entries. `bytesOf` weighs a value. */
    table<Value>(bytesOf: (value: Value) => number): Table<Value> {
      const slots = new Map<string, Slot<Value>>();
      const remove = (slot: Slot<Value> | undefined): void => {
        if (slot !== undefined) recency.delete(slot);
      };
      return {
        get(key) {
          const slot = slots.get(key);
          if (slot === undefined) return undefined;
          recency.get(slot);
          return slot.value;
        },
        peek: (key) => slots.get(key)?.value,
        set(key, value) {
          remove(slots.get(key));
          const bytes = bytesOf(value) + OVERHEAD_BYTES + 2 * key.length;
          if (bytes > maxBytes) return;
          const slot: Slot<Value> = { bytes, key, table: slots, value };
          slots.set(key, slot);
          recency.set(slot, slot);
        },
        delete: (key) => remove(slots.get(key)),
        deletePrefix(prefix) {
          for (const [key, slot] of [...slots]) if (key.startsWith(prefix)) remove(slot);
        },
      };
    },
  };
}
