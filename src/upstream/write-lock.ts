/** Runs `work` when no other work on the same API is under way, in the order of the calls. */
export type WriteLock = <Result>(restApiId: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * One writer at a time for each REST API: AWS answers writers that meet with a ConflictException, and a change that
 * reads first must not be overtaken between its read and its write. Readers do not wait.
 */
export function createWriteLock(): WriteLock {
  const tails = new Map<string, Promise<unknown>>();
  return async (restApiId, work) => {
    const before = tails.get(restApiId);
    const mine = (async () => {
      // A failed predecessor has told its own caller.
      await before?.catch(() => undefined);
      return work();
    })();
    tails.set(restApiId, mine);
    try {
      return await mine;
    } finally {
      if (tails.get(restApiId) === mine) tails.delete(restApiId);
    }
  };
}
