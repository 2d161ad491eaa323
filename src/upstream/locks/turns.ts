/** Runs `work` with a promise for the end of all earlier work on the same key. It need not wait for it to the end. */
export type Turns = <Result>(
  key: string,
  work: (earlier: Promise<void>) => Promise<Result>,
) => Promise<Result>;

export function createTurns(): Turns {
  const tails = new Map<string, Promise<void>>();
  return (key, work) => {
    const earlier = tails.get(key) ?? Promise.resolve();
    const result = work(earlier);
    // Work may give up before its turn: what comes later must still wait for what was before.
    const tail = Promise.allSettled([earlier, result]).then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    tails.set(key, tail);
    return result;
  };
}
