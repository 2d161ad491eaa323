/** In the order of their benefit. */
export const executionCacheNames = ['plans', 'fragments', 'responses'] as const;

export type ExecutionCacheName = (typeof executionCacheNames)[number];

/**
 * Which caches the execution of queries uses. They save CPU and change no response.
 * - `plans`: compiled plans of repeated queries.
 * - `fragments`: JSON that a plan wrote for a cached value; needs `plans`.
 * - `responses`: whole responses, while every value in them is current.
 */
export type ExecutionCaches = Readonly<Record<ExecutionCacheName, boolean>>;

export const executionCachesNamed = (names: readonly ExecutionCacheName[]): ExecutionCaches => ({
  plans: names.includes('plans'),
  fragments: names.includes('fragments'),
  responses: names.includes('responses'),
});

export const allExecutionCaches = executionCachesNamed(executionCacheNames);

/** For a gateway that caches no values: fragments and responses of a value would never be found again. */
export const plansOnly = ({ plans }: ExecutionCaches): ExecutionCaches => ({
  plans,
  fragments: false,
  responses: false,
});
