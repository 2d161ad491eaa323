import { afterAll, afterEach, beforeEach } from '@jest/globals';

type Close = () => unknown;

const ofFile = new Set<Close>();
const ofTest = new Set<Close>();
let current = ofFile;

/** Newest first: what was started later may need what was started before. */
async function closeAll(started: Set<Close>): Promise<void> {
  for (const close of [...started].reverse()) await close();
  started.clear();
}

beforeEach(() => {
  current = ofTest;
});
afterEach(async () => {
  current = ofFile;
  await closeAll(ofTest);
});
afterAll(() => closeAll(ofFile));

/**
 * Closes what a test, or a hook before it, has started, whether it passes, fails or never gets to its end: after the test,
 * or after all tests of the file for what `beforeAll` starts. Gives the same function for who closes earlier; only its
 * first call does something.
 */
export function closeAfterwards<Result>(close: () => Result | Promise<Result>): () => Promise<Result> {
  let closing: Promise<Result> | undefined;
  const closeOnce = () => (closing ??= Promise.resolve(close()));
  current.add(closeOnce);
  return closeOnce;
}
