import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** Waits after so many failures in a row; ends early when it is aborted. Never rejects, and does not keep the process alive. */
export const backOff = (failures: number, signal: AbortSignal): Promise<void> =>
  sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures), undefined, { signal, ref: false }).catch(
    () => undefined,
  );
