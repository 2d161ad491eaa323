import type { SqlDialect } from '../database/dialect.ts';
import type { InventoryFilter } from './inventory-filter.ts';

/** Characters of a filter times stages that one statement may compare: less than a tenth of a second. */
const COMPARED = 3_000_000;
/** A filter with fewer characters costs no more than to read the stages. */
const CHEAP = 100;
/** Most names are shorter, and the rest of a pattern is not compared with them. */
const LONGEST = 50;

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** What is compared with each stage by looking through its texts. Names without `*` are compared at once. */
function charactersOf({ stageNames, restApiNames, tags }: InventoryFilter): number {
  const patterns = [...(stageNames ?? []), ...(restApiNames ?? [])].filter((name) => name.includes('*'));
  const lengths = [
    ...patterns.map(({ length }) => length),
    ...(tags ?? []).map(({ key, value }) => key.length + (value?.length ?? 0)),
  ];
  return sum(lengths.map((length) => Math.min(length, LONGEST)));
}

/**
 * How many stages one statement may look at; undefined: all. A statement of SQLite cannot be ended, and others wait for it
 * where the database is in memory.
 */
export function stagesAtOnce(
  dialect: SqlDialect,
  where: InventoryFilter | null | undefined,
): number | undefined {
  const characters = charactersOf(where ?? {});
  if (dialect === 'postgres' || characters < CHEAP) return undefined;
  return Math.floor(COMPARED / characters);
}
