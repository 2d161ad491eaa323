/** How long a process serves a negative entry, unless the TTL is shorter. */
export const NEGATIVE_TTL_MS = 2000;
/** How long Redis has it for the other processes, each of which then serves it for its own time. */
export const SHARED_NEGATIVE_TTL_MS = 1000;
