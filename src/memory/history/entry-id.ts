import { randomBytes } from 'node:crypto';

const hex = (value: number, digits: number): string =>
  value.toString(16).padStart(digits, '0').slice(-digits);

/** Ids in the order in which they are made, and unique among processes. Databases of every collation order them alike. */
export function createEntryIds(now: () => number): () => string {
  let last = 0;
  let count = 0;
  return () => {
    const time = Math.max(now(), last);
    count = time === last ? count + 1 : 0;
    last = time;
    return hex(time, 12) + hex(count, 4) + randomBytes(8).toString('hex');
  };
}
