import { beforeAll, expect, test } from '@jest/globals';
import { createLease, type LeaseOptions } from '../../src/memory/crawl/lease.ts';
import { until } from './polling.ts';

/** What holds of a lease on both databases, by the clock of the database. */
// eslint-disable-next-line jest/no-export -- two files of tests run it, one for each database
export function describeLease(open: () => Promise<Pick<LeaseOptions, 'db' | 'dialect'>>): void {
  let database: Pick<LeaseOptions, 'db' | 'dialect'>;
  beforeAll(async () => {
    database = await open();
  });
  const lease = (name: string, owner: string, ttlMs = 60_000) =>
    createLease({ ...database, name, owner, ttlMs });

  test('a lease has one owner of many that ask at once', async () => {
    const owners = Array.from({ length: 20 }, (_, index) => lease('asked', `owner${index}`));
    const acquired = await Promise.all(owners.map((each) => each.acquire()));
    expect(acquired.filter(Boolean)).toHaveLength(1);
    const owner = owners[acquired.indexOf(true)];
    expect(await owner?.acquire()).toBe(true);
  });

  test('a lease that is released can be acquired, but only its owner releases it', async () => {
    const [one, two] = [lease('released', 'one'), lease('released', 'two')];
    expect(await one.acquire()).toBe(true);
    await two.release();
    expect(await two.acquire()).toBe(false);
    await one.release();
    expect(await two.acquire()).toBe(true);
  });

  test('a lease that is not renewed ends, and its former owner knows', async () => {
    const [one, two] = [lease('expired', 'one', 50), lease('expired', 'two')];
    expect(await one.acquire()).toBe(true);
    await until(() => two.acquire());
    expect(await one.acquire()).toBe(false);
  });

  test('leases of different names do not meet', async () => {
    expect(await lease('first', 'one').acquire()).toBe(true);
    expect(await lease('second', 'two').acquire()).toBe(true);
  });
}
