import type { Kysely } from 'kysely';
import type { SqlDialect } from '../database/dialect.ts';
import type { StageRow, Tables } from '../database/tables.ts';
import type { InventoryFilter } from './inventory-filter.ts';

/** NAME: API name, stage name, account, Region, API id, by code unit. Stages of the same moment are in that order too. */
export type InventoryOrder = 'NAME' | 'LAST_UPDATED_DESC' | 'LAST_UPDATED_ASC';

export interface InventorySelection {
  /** `<account>/<region>` of all that the caller may read and has selected. */
  readonly targets: readonly string[];
  /** Those of which the caller sees values of variables. */
  readonly valuesOf?: readonly string[];
  readonly where?: InventoryFilter | null | undefined;
}

export interface InventoryPageRequest extends InventorySelection {
  readonly orderBy: InventoryOrder;
  /** At least 1. */
  readonly first: number;
  readonly after?: string | null | undefined;
  /** Whether `totalCount` is wanted: then it may be counted while the page is read. */
  readonly counts?: boolean;
}

export interface InventoryPage {
  readonly edges: readonly { readonly cursor: string; readonly row: StageRow }[];
  readonly hasNextPage: boolean;
  /** Of all pages. Costs a query, unless this page is all. */
  readonly totalCount: () => Promise<number>;
}

/** What the inventory has of a target, and how honest it is. */
export interface InventoryTarget {
  readonly target: string;
  readonly restApis: number;
  readonly stages: number;
  /** The last pass of the crawl listed every API without an error. */
  readonly complete: boolean;
  /** When the stage that was seen longest ago was seen; null without stages. */
  readonly oldest: Date | null;
  /** Why it is not complete; null without a pass. */
  readonly error: string | null;
}

export interface Inventory {
  /** Throws BAD_USER_INPUT for a cursor that is not of this order. */
  readonly page: (request: InventoryPageRequest) => Promise<InventoryPage>;
  /** In the order of the argument. */
  readonly totals: (targets: readonly string[]) => Promise<readonly InventoryTarget[]>;
}

export interface InventoryOptions {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  /** How many stages one statement looks at; by default, what the filter allows. */
  readonly stagesAtOnce?: number | undefined;
}
