/** What `make` makes of something, when it is first asked for; what it is made of is let go then. */
export function later<Source, Result>(make: (source: Source) => Result, source: Source): () => Result {
  let state: { readonly source: Source } | { readonly result: Result } = { source };
  return () => {
    if ('source' in state) state = { result: make(state.source) };
    return state.result;
  };
}
