const marked = new WeakSet<object>();

/** Marks a resolver that looks at nothing but its parent and the caller's rights: who has the same is shown the same. */
export function pure<Resolve extends object>(resolve: Resolve): Resolve {
  marked.add(resolve);
  return resolve;
}

export const isPureResolver = (resolve: object): boolean => marked.has(resolve);
