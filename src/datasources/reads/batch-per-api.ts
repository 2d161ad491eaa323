import { asError } from './failed-reads.ts';

/**
 * A DataLoader batch function for what AWS lists by API: one read per API, whatever the number of keys. A failed read is
 * the error of that API's keys only. A name that AWS does not know is null; a name that fails by itself is an Error.
 */
export function batchPerApi<Key extends { readonly restApiId: string }, Item>(
  nameOf: (key: Key) => string,
  read: (restApiId: string, names: readonly string[]) => Promise<ReadonlyMap<string, Item | Error>>,
) {
  return async (keys: readonly Key[]): Promise<(Item | Error | null)[]> => {
    const namesByApi = new Map<string, string[]>();
    for (const key of keys) {
      const names = namesByApi.get(key.restApiId);
      if (names === undefined) namesByApi.set(key.restApiId, [nameOf(key)]);
      else names.push(nameOf(key));
    }
    const answers = new Map(
      await Promise.all(
        [...namesByApi].map(
          async ([restApiId, names]) => [restApiId, await read(restApiId, names).catch(asError)] as const,
        ),
      ),
    );
    return keys.map((key) => {
      const answer = answers.get(key.restApiId);
      return answer instanceof Error ? answer : (answer?.get(nameOf(key)) ?? null);
    });
  };
}
