/** Pieces of one kind. */
export interface Kept {
  readonly find: (value: object) => string | undefined;
  /** Gives what it keeps. */
  readonly keep: (value: object, text: string) => string;
}

/** Pieces of answers that depend on nothing but the value that they show: each is written once for each value. */
export interface Fragments {
  /** A place for one kind of piece. */
  readonly kept: () => Kept;
}

/** A text that was added up from others, as V8 keeps it until somebody looks into it: here, once, and not in each answer. */
function inOnePiece(text: string): string {
  text.charCodeAt(0);
  return text;
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
      return {
        find: (value) => (own === generation ? texts.get(value) : undefined),
        keep(value, written) {
          if (own !== generation) {
            own = generation;
            texts = new WeakMap();
          }
          const text = inOnePiece(written);
          texts.set(value, text);
          length += text.length;
          if (length > maxLength) {
            length = 0;
            generation += 1;
          }
          return text;
        },
      };
    },
  };
}
