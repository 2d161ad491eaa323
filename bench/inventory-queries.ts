import { z } from 'zod';
import { targetId } from '../src/fleet/target.ts';
import type { MemoryDatabase } from '../src/memory/database/database.ts';
import { createInventory, type InventoryFilter, type InventoryOrder } from '../src/memory/inventory/index.ts';
import { firstChange, type Size, targetsOf, teamOf } from './inventory-rows.ts';
import { quantile } from './numbers.ts';

export const pageSize = 50;

export interface InventoryWorkload {
  readonly name: string;
  readonly where?: InventoryFilter;
  readonly orderBy?: InventoryOrder;
  /** Of all targets, how many; all by default. */
  readonly targets?: number;
  /** The pages before it. */
  readonly pages?: number;
}

const day = 24 * 3600_000;
/** Of each, a page with its total count. */
export const inventoryWorkloads: readonly InventoryWorkload[] = [
  { name: 'all, by name' },
  { name: 'all, by name, the tenth page', pages: 9 },
  { name: 'all, the latest first', orderBy: 'LAST_UPDATED_DESC' },
  { name: 'one target', targets: 1 },
  { name: 'stage name prod', where: { stageNames: ['prod'] } },
  { name: 'API name orders-*', where: { restApiNames: ['orders-*'] } },
  { name: 'API name *service-11*', where: { restApiNames: ['*service-11*'] } },
  { name: 'a tag of every third stage', where: { tags: [{ key: 'env', value: 'prod' }] } },
  { name: 'a tag of every fortieth stage', where: { tags: [{ key: 'team', value: teamOf(3) }] } },
  { name: 'no access log, no tracing', where: { hasAccessLog: false, tracingEnabled: false } },
  { name: 'two findings', where: { findings: ['ACCESS_LOG_OFF', 'NO_WEB_ACL'] } },
  {
    name: 'updated on one day, the latest first',
    where: {
      updatedAfter: new Date(firstChange + 100 * day),
      updatedBefore: new Date(firstChange + 101 * day),
    },
    orderBy: 'LAST_UPDATED_DESC',
  },
  { name: 'nothing', where: { tags: [{ key: 'team', value: 'none' }], hasCanary: true } },
];

const rowTimes = z.object({ name: z.string(), p50: z.number(), p99: z.number(), totalCount: z.number() });
/** What the process says, as JSON. */
export const measuredInventory = z.object({
  fillMs: z.number(),
  pages: z.array(rowTimes),
  totals: rowTimes,
  bytes: z.number(),
  /** Of the process, before the rows and after all queries. */
  rssBefore: z.number(),
  rssAfter: z.number(),
});
export type MeasuredInventory = z.output<typeof measuredInventory>;

export async function times(name: string, count: number, work: () => Promise<number>) {
  let totalCount = 0;
  const ms: number[] = [];
  for (let n = 0; n < count + 10; n++) {
    const begin = performance.now();
    totalCount = await work();
    // The first ones fill caches and compile.
    if (n >= 10) ms.push(performance.now() - begin);
  }
  return { name, p50: quantile(ms, 0.5), p99: quantile(ms, 0.99), totalCount };
}

export async function measureQueries(
  database: MemoryDatabase,
  size: Size,
  count: number,
): Promise<Pick<MeasuredInventory, 'pages' | 'totals'>> {
  const inventory = createInventory(database);
  const all = targetsOf(size).map(targetId);
  const pages = [];
  for (const {
    name,
    where,
    orderBy = 'NAME',
    targets = all.length,
    pages: before = 0,
  } of inventoryWorkloads) {
    const request = { targets: all.slice(0, targets), where, orderBy, first: pageSize, counts: true };
    const first = before === 0 ? undefined : await inventory.page({ ...request, first: before * pageSize });
    const after = first?.edges.at(-1)?.cursor;
    pages.push(
      await times(name, count, async () => (await inventory.page({ ...request, after })).totalCount()),
    );
  }
  const totals = await times(
    'totals of all targets',
    count,
    async () => (await inventory.totals(all)).length,
  );
  return { pages, totals };
}
