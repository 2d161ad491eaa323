/** Larger than any status code, and so far from them that V8 stores the keys sparsely. */
const farKey = String(2 ** 31);

/**
 * The same map by status code in little memory: V8 reserves space for all indices below, kilobytes for each method, in an
 * object whose only keys are 200 and 404. It keeps the sparse form when the far key is gone.
 */
export function statusMap<T>(responses: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const [first] = Object.values(responses);
  if (first === undefined) return responses;
  const map = Object.fromEntries([[farKey, first] as const, ...Object.entries(responses)]);
  Reflect.deleteProperty(map, farKey);
  return map;
}
