import type { ChangeRecorder } from '../stages/changes/change-recorder.ts';

/**
 * Makes each read of a request once, whether or not it fails, so that one response does not contradict itself. Once the
 * request has begun a change, every read is sent again.
 */
export function readOnce<Args extends readonly unknown[], Result>(
  recorder: ChangeRecorder,
  keyOf: (...args: Args) => string,
  read: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const made = new Map<string, Promise<Result>>();
  return (...args) => {
    if (recorder.hasBegun()) return read(...args);
    const key = keyOf(...args);
    const known = made.get(key) ?? read(...args);
    made.set(key, known);
    return known;
  };
}
