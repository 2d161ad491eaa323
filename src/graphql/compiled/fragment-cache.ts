/** Creates the cache of one group of fields: its JSON for each cached value. All caches have one bound. */
export type CreateFragmentCache = ReturnType<typeof createFragmentCaches>;

/** V8 flattens a concatenated string when it is indexed: here once, instead of in every response. */
function flattened(text: string): string {
  text.charCodeAt(0);
  return text;
}

/**
 * Holds at most `maxLength` UTF-16 units. A fragment is collected with its value. Above the bound all are dropped; those in
 * use are soon written again.
 */
export function createFragmentCaches(maxLength: number) {
  let length = 0;
  let generation = 0;
  return () => {
    let ownGeneration = generation;
    let fragments = new WeakMap<object, string>();
    return {
      get: (value: object) => (ownGeneration === generation ? fragments.get(value) : undefined),
      /** Returns the text that it stores. */
      set(value: object, json: string): string {
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
  };
}
