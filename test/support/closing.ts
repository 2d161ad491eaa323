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
 * Registers a function that closes what a test or a hook has started: it runs after the test, or after all tests of the
 * file for `beforeAll`, also if the test fails or times out. Returns the function for closing earlier; it runs once.
 */
export function closeAfterwards<Result>(close: () => Result | Promise<Result>): () => Promise<Result> {
  let closing: Promise<Result> | undefined;
  const closeOnce = () => (closing ??= Promise.resolve(close()));
  current.add(closeOnce);
  return closeOnce;
}
