import { LRUCache } from 'lru-cache';

/** Where all end up that have no name of their own. */
export const OTHER = 'other';

export interface NameBounds {
  /** So many names at once, each at most so long. */
  readonly most: number;
  readonly longest: number;
  /** A name that was not used for so long makes room for another. */
  readonly idleMs: number;
  /** Told of a name that has made room. */
  readonly forget: (name: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Names that came while there was no room, of which so many are remembered. */
const MAX_WAITING = 1000;

/**
 * A label has as many values as clients can think of, so not all of them get a name. One that is in use keeps its name,
 * whoever makes up others meanwhile. Where there is no room, a name gets that of the longest unused one, and only if it
 * comes a second time: names that are made up for each request take nobody's place.
 */
export function boundedNames({ most, longest, idleMs, forget, now }: NameBounds): (name: string) => string {
  /** When each was last used. */
  const used = new LRUCache<string, { at: number }>({ max: most });
  const waiting = new LRUCache<string, true>({ max: MAX_WAITING });

  function makeRoom(name: string): boolean {
    if (used.size < most) return true;
    if (!waiting.has(name)) {
      waiting.set(name, true);
      return false;
    }
    const [unused] = used.rkeys();
    if (unused === undefined || now() - (used.peek(unused)?.at ?? 0) < idleMs) return false;
    used.delete(unused);
    forget(unused);
    waiting.delete(name);
    return true;
  }

  return (name) => {
    if (name.length > longest) return OTHER;
    const use = used.get(name);
    if (use !== undefined) use.at = now();
    else if (makeRoom(name)) used.set(name, { at: now() });
    else return OTHER;
    return name;
  };
}
