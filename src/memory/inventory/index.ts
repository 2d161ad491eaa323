import { countStages, readPage } from './inventory-page.ts';
import { readTotals } from './inventory-totals.ts';
import type { Inventory, InventoryOptions } from './inventory.ts';

export type { InventoryFilter } from './inventory-filter.ts';
export type {
  Inventory,
  InventoryOptions,
  InventoryOrder,
  InventoryPage,
  InventoryPageRequest,
  InventorySelection,
  InventoryTarget,
} from './inventory.ts';

/** What the database knows of all stages. It makes no call to AWS. */
export const createInventory = (options: InventoryOptions): Inventory => ({
  async page(request) {
    // SQLite has one thread for searches: a count at once would only delay the page, which may be all.
    const countsAtOnce = request.counts === true && options.dialect === 'postgres';
    const counted = countsAtOnce ? countStages(options, request) : undefined;
    // Its failure travels by `totalCount`, and not at all if the page fails.
    counted?.catch(() => undefined);
    const page = await readPage(options, request);
    const isAll = request.after == null && !page.hasNextPage;
    return {
      ...page,
      totalCount: async () => (isAll ? page.edges.length : (counted ?? countStages(options, request))),
    };
  },
  totals: (targets) => readTotals(options, targets),
});
