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
    const page = await readPage(options, request);
    const isAll = request.after == null && !page.hasNextPage;
    return {
      ...page,
      totalCount: async () => (isAll ? page.edges.length : countStages(options, request)),
    };
  },
  totals: (targets) => readTotals(options, targets),
});
