import { LRUCache } from 'lru-cache';

/** The label value for all names that have no value of their own. */
export const OTHER = 'other';

export interface NameBounds {
  readonly maxNames: number;
  readonly maxLength: number;
  /** Other values of the label, which no name can take. */
  readonly reserved?: readonly string[];
  /** A name that was not used for this long can be evicted. */
  readonly idleMs: number;
  readonly onEvict: (name: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** How many names are remembered that found no room. */
const MAX_CANDIDATES = 1000;

/**
 * Bounds the values of a label that clients choose. A name in use keeps its value, however many others are invented. A new
 * name replaces the name that was idle for longest, but only when it is seen a second time: names that are invented for
 * each request replace none.
 */
export function boundedNames(bounds: NameBounds): (name: string) => string {
  const { maxNames, maxLength, reserved = [], idleMs, onEvict, now } = bounds;
  /** With the time of their last use. */
  const names = new LRUCache<string, { at: number }>({ max: maxNames });
  const candidates = new LRUCache<string, true>({ max: MAX_CANDIDATES });

  function makeRoom(name: string): boolean {
    if (names.size < maxNames) return true;
    if (!candidates.has(name)) {
      candidates.set(name, true);
      return false;
    }
    const [oldest] = names.rkeys();
    if (oldest === undefined || now() - (names.peek(oldest)?.at ?? 0) < idleMs) return false;
    names.delete(oldest);
    onEvict(oldest);
    candidates.delete(name);
    return true;
  }

  return (name) => {
    if (name.length > maxLength || name === OTHER || reserved.includes(name)) return OTHER;
    const use = names.get(name);
    if (use !== undefined) use.at = now();
    else if (makeRoom(name)) names.set(name, { at: now() });
    else return OTHER;
    return name;
  };
}
