import type { StageInventoryFilter } from '../../__generated__/types.ts';

/**
 * What the inventory filters by, within given targets. A stage must satisfy every member that is not absent. A list is
 * any of its items, so that an empty one selects nothing; `tags` is all of its items, so that an empty one selects all.
 * Names take `*`; ids and tags are compared whole.
 */
export type InventoryFilter = Readonly<Omit<StageInventoryFilter, 'accounts' | 'regions'>>;
