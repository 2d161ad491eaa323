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
export interface Memory {
  /** An empty table; it takes no memory until it has entries. `bytesOf` weighs a value. */
  table<Value>(bytesOf: (value: Value) => number): Table<Value>;
}

/** Key, table slot and LRU node of an entry, beside its value. */
const OVERHEAD_BYTES = 200;

/** An entry of any table, as the LRU sees it. */
interface Slot {
  readonly bytes: number;
  readonly evict: () => void;
}

class TableSlot<Value> implements Slot {
  readonly bytes: number;
  readonly #key: string;
  readonly #slots: Map<string, TableSlot<Value>>;
  /** Emptied on eviction: V8 keeps the old storage of a grown map, and what it refers to, until a full collection. */
  #value: Value | undefined;

  constructor(slots: Map<string, TableSlot<Value>>, key: string, value: Value, bytes: number) {
    this.#slots = slots;
    this.#key = key;
    this.#value = value;
    this.bytes = bytes + OVERHEAD_BYTES + 2 * key.length;
  }

  get value(): Value | undefined {
    return this.#value;
  }

  evict(): void {
    this.#slots.delete(this.#key);
    this.#value = undefined;
  }
}

export function createMemory(maxBytes: number): Memory {
  // Slots are their own keys: a table's keys need not be unique among tables, and no value loses its type.
  const recency = new LRUCache<Slot, Slot>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes,
    dispose: (slot) => slot.evict(),
  });
  return {
    table<Value>(bytesOf: (value: Value) => number): Table<Value> {
      const slots = new Map<string, TableSlot<Value>>();
      const remove = (slot: Slot | undefined): void => {
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
          const slot = new TableSlot(slots, key, value, bytesOf(value));
          if (slot.bytes > maxBytes) return;
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
