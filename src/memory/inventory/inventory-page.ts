import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { SqlDialect } from '../database/dialect.ts';
import type { StageRow } from '../database/tables.ts';
import { cursorOf, type StagePosition, positionOf } from './inventory-cursor.ts';
import type {
  InventoryOptions,
  InventoryOrder,
  InventoryPage,
  InventoryPageRequest,
  InventorySelection,
} from './inventory.ts';
import { isSelected } from './stage-conditions.ts';

/** By code unit: see sort-key.ts. A target's text orders as account and Region do, because of its `/`. */
const byName = ['api_name_key', 'stage_name', 'target', 'rest_api_id'] as const;

type Direction = 'asc' | 'desc';

/** The direction of `last_updated`, which comes first; undefined in the order NAME. */
const directions: Readonly<Record<InventoryOrder, Direction | undefined>> = {
  NAME: undefined,
  LAST_UPDATED_DESC: 'desc',
  LAST_UPDATED_ASC: 'asc',
};

const columnsOf = (table: string): RawBuilder<unknown> =>
  sql.join(byName.map((name) => sql.ref(`${table}.${name}`)));

/** What the index of PostgreSQL has of a name: longer ones are sorted by the rest afterwards. */
const indexed = (key: RawBuilder<unknown>): RawBuilder<unknown> => sql`left(${key}, 800)`;

function orderOf(table: string, direction: Direction | undefined, dialect: SqlDialect): RawBuilder<unknown> {
  const names = columnsOf(table);
  if (direction !== undefined) {
    return sql`${sql.ref(`${table}.last_updated`)} ${sql.raw(direction)}, ${names}`;
  }
  return dialect === 'sqlite' ? names : sql`${indexed(sql.ref(`${table}.api_name_key`))}, ${names}`;
}

const lastUpdated = sql.ref<number>('stages.last_updated');
const apiNameKey = sql.ref<string>('stages.api_name_key');
/** Beyond all times. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

/** What comes after a position. Its first condition is a bound, by which the databases find the index of the order. */
function isAfter(
  direction: Direction | undefined,
  position: StagePosition | undefined,
  dialect: SqlDialect,
): Expression<SqlBool> {
  const names = position && sql`(${columnsOf('stages')}) > (${sql.join(position.names)})`;
  if (direction === undefined) {
    if (position === undefined) return sql`1 = 1`;
    if (dialect === 'sqlite') return sql`${names}`;
    return sql`${indexed(apiNameKey)} >= ${indexed(sql`${position.names[0]}`)} and ${names}`;
  }
  const bound = position?.lastUpdated ?? (direction === 'asc' ? -END_OF_TIME : END_OF_TIME);
  const isBeyond = sql`${lastUpdated} ${sql.raw(direction === 'asc' ? '>=' : '<=')} ${bound}`;
  return names === undefined
    ? sql`${isBeyond}`
    : sql`${isBeyond} and (${lastUpdated} <> ${bound} or ${names})`;
}

/** A page of stages. The inner query reads an index only; the outer one the documents of the page. */
export async function readPage(
  { db, dialect }: InventoryOptions,
  request: InventoryPageRequest,
): Promise<Omit<InventoryPage, 'totalCount'>> {
  const { targets, orderBy, first, after } = request;
  const direction = directions[orderBy];
  const position = after == null ? undefined : positionOf(orderBy, after);
  if (targets.length === 0) return { edges: [], hasNextPage: false };
  const { rows } = await sql<StageRow>`
    select stages.* from (
      select ${columnsOf('stages')}, stages.last_updated from stages
      where ${isAfter(direction, position, dialect)} and ${isSelected(request, dialect)}
      order by ${orderOf('stages', direction, dialect)} limit ${first + 1}
    ) as page
    inner join stages on stages.target = page.target and stages.rest_api_id = page.rest_api_id
      and stages.stage_name = page.stage_name
    order by ${orderOf('page', direction, dialect)}`.execute(db);
  return {
    edges: rows.slice(0, first).map((row) => ({ cursor: cursorOf(orderBy, row), row })),
    hasNextPage: rows.length > first,
  };
}

export async function countStages(
  { db, dialect }: InventoryOptions,
  selection: InventorySelection,
): Promise<number> {
  if (selection.targets.length === 0) return 0;
  const { rows } = await sql<{ stages: number | string }>`
    select count(*) as stages from stages where ${isSelected(selection, dialect)}`.execute(db);
  return Number(rows[0]?.stages);
}
