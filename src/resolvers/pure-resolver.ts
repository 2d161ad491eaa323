const pureResolvers = new WeakSet<object>();

/** Marks a resolver whose result depends only on its parent and the caller's permissions: it may be cached by both. */
export function pure<Resolve extends object>(resolve: Resolve): Resolve {
  pureResolvers.add(resolve);
  return resolve;
}

export const isPureResolver = (resolve: object): boolean => pureResolvers.has(resolve);
