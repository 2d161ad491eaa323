/** From a cached response to the longest deadline. */
export const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
/** From a fresh read to the end of TTL and staleness. */
export const AGES = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600];
export const SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500];
