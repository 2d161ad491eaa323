/** The moment by which an operation must be answered. */
export interface Deadline {
  readonly timeLeftMs: () => number;
}

export const deadlineIn = (durationMs: number): Deadline => {
  const end = performance.now() + durationMs;
  return { timeLeftMs: () => Math.max(0, end - performance.now()) };
};

/** For background work, which may wait for the rate limiter as long as necessary. */
export const NO_DEADLINE: Deadline = { timeLeftMs: () => Infinity };
