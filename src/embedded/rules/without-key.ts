/** Object.fromEntries keeps a key `__proto__`. */
export const withoutKey = <T>(map: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(map).filter(([existing]) => existing !== key));
