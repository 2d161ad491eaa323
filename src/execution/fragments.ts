import type { Written } from './written.ts';

/** Pieces of answers that depend on nothing but the value that they show: each is written once for each value. */
export interface Fragments {
  /** A place for one kind of piece. */
  readonly kept: () => (value: object, write: () => Written) => Written;
}

/**
 * Keeps at most so much text, in UTF-16 units. A piece goes with its value; all go together when there is too much:
 * those in use are soon there again.
 */
export function createFragments(maxLength: number): Fragments {
  let length = 0;
  let generation = 0;
  return {
    kept() {
      let own = generation;
      let texts = new WeakMap<object, string>();
      return (value, write) => {
        if (own !== generation) {
          own = generation;
          texts = new WeakMap();
        }
        const known = texts.get(value);
        if (known !== undefined) return known;
        const written = write();
        if (typeof written !== 'string') return written;
        texts.set(value, written);
        length += written.length;
        if (length > maxLength) {
          length = 0;
          generation += 1;
        }
        return written;
      };
    },
  };
}
