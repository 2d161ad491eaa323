import type { ChangeRecorder } from '../stages/changes/change-trail.ts';

/**
 * A read that a request makes once, however often it is asked for and whether or not it fails: what it was told stays as
 * it was told, until it changes something itself.
 */
export function oncePerQuery<Args extends readonly unknown[], Result>(
  trail: ChangeRecorder,
  keyOf: (...args: Args) => string,
  read: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const made = new Map<string, Promise<Result>>();
  return (...args) => {
    if (trail.hasBegun()) return read(...args);
    const key = keyOf(...args);
    const known = made.get(key) ?? read(...args);
    made.set(key, known);
    return known;
  };
}
