/** The JSON that one group of fields has for each cached value. */
export interface FragmentCache {
  readonly get: (value: object) => string | undefined;
  /** Returns the text that it stores. */
  readonly set: (value: object, json: string) => string;
}

/** The caches of all plans, with one bound. */
export interface FragmentCaches {
  readonly create: () => FragmentCache;
}

/** V8 flattens a concatenated string when it is indexed: here once, instead of in every response. */
function flattened(text: string): string {
  text.charCodeAt(0);
  return text;
}

/**
 * Holds at most `maxLength` UTF-16 units. A fragment is collected with its value. Above the bound all are dropped; those in
 * use are soon written again.
 */
export function createFragmentCaches(maxLength: number): FragmentCaches {
  let length = 0;
  let generation = 0;
  return {
    create() {
      let ownGeneration = generation;
      let fragments = new WeakMap<object, string>();
      return {
        get: (value) => (ownGeneration === generation ? fragments.get(value) : undefined),
        set(value, json) {
          if (ownGeneration !== generation) {
            ownGeneration = generation;
            fragments = new WeakMap();
          }
          const text = flattened(json);
          fragments.set(value, text);
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
