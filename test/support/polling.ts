import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is a value. */
export async function poll<Value>(
  ask: () => Value | undefined | Promise<Value | undefined>,
  everyMs = 5,
): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    await sleep(everyMs);
  }
}

/** Waits until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>, everyMs = 5): Promise<void> {
  while (!(await isSo())) await sleep(everyMs);
}
