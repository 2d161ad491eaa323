import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely';
import { SEARCH_MS } from '../database/backend.ts';
import type { SqlDialect } from '../database/dialect.ts';
import type { StageRow, StagesTable } from '../database/tables.ts';
import { SearchTooSlow } from '../database/unavailable.ts';
import {
  cursorOf,
  type PositionRow,
  type StagePosition,
  positionOf,
  positionOfRow,
} from './inventory-cursor.ts';
import type {
  InventoryOptions,
  InventoryOrder,
  InventoryPage,
  InventoryPageRequest,
  InventorySelection,
} from './inventory.ts';
import { isSelected } from './stage-conditions.ts';
import { stagesAtOnce } from './stages-at-once.ts';

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

/** All that conditions compare: indexes have it, so that a stage is not read unless it is found. */
const compared: readonly (keyof StagesTable)[] = [
  ...byName,
  'last_updated',
  'api_name',
  'has_canary',
  'has_access_log',
  'has_web_acl',
  'has_drift',
  'tracing_enabled',
  'cache_cluster_enabled',
  'findings',
  'tags',
];

/** With its wait for others, a statement that looks at a part takes less. */
const SLOW_MS = 200;

/** The part of the stages that one statement looks at, in an order. */
interface Part {
  readonly direction: Direction | undefined;
  readonly position: StagePosition | undefined;
  /** Undefined: all that come after the position. */
  readonly atOnce: number | undefined;
}

/** Has the name of the table, so that conditions are the same. */
function stagesOf(dialect: SqlDialect, { direction, position, atOnce }: Part): RawBuilder<unknown> {
  if (atOnce === undefined) return sql`stages`;
  return sql`(
    select ${sql.join(compared.map((name) => sql.ref(name)))} from stages
    where ${isAfter(direction, position, dialect)}
    order by ${orderOf('stages', direction, dialect)} limit ${atOnce}) as stages`;
}

/** The position of the last stage of a part; undefined if nothing comes after the part. */
async function lastOf(
  { db, dialect }: InventoryOptions,
  { direction, position, atOnce }: Part,
): Promise<StagePosition | undefined> {
  if (atOnce === undefined) return undefined;
  const { rows } = await sql<PositionRow>`
    select ${columnsOf('stages')}, stages.last_updated from stages
    where ${isAfter(direction, position, dialect)}
    order by ${orderOf('stages', direction, dialect)} limit 1 offset ${atOnce - 1}`.execute(db);
  const [last] = rows;
  return last && positionOfRow(last);
}

/** Long names cost more than others: after a statement that took too long, each looks at fewer stages. */
const fewerAtOnce = (atOnce: number | undefined, ms: number): number | undefined =>
  atOnce && Math.ceil(atOnce * Math.min(1, SLOW_MS / ms));

/**
 * Looks at the stages of a selection, some at a time, so that what else needs the database has its turn: until `look` says
 * that it has seen enough.
 */
async function lookAt(
  options: InventoryOptions,
  { where }: InventorySelection,
  start: Pick<Part, 'direction' | 'position'>,
  look: (part: Part) => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + SEARCH_MS;
  const atOnce = options.stagesAtOnce ?? stagesAtOnce(options.dialect, where);
  let part: Part = { ...start, atOnce };
  for (;;) {
    const begun = performance.now();
    if (await look(part)) return;
    const ms = performance.now() - begun;
    const position = await lastOf(options, part);
    if (position === undefined) return;
    if (performance.now() > end) throw new SearchTooSlow(`not all stages were seen within ${SEARCH_MS} ms`);
    part = { ...part, position, atOnce: fewerAtOnce(part.atOnce, ms) };
  }
}

/** Stages of a part. The inner query reads an index only; the outer one the documents of what is found. */
async function findIn(
  { db, dialect }: InventoryOptions,
  part: Part,
  request: InventoryPageRequest,
  count: number,
): Promise<readonly StageRow[]> {
  const { direction, position } = part;
  const { rows } = await sql<StageRow>`
    select stages.* from (
      select ${columnsOf('stages')}, stages.last_updated from ${stagesOf(dialect, part)}
      where ${isAfter(direction, position, dialect)} and ${isSelected(request, dialect)}
      order by ${orderOf('stages', direction, dialect)} limit ${count}
    ) as page
    inner join stages on stages.target = page.target and stages.rest_api_id = page.rest_api_id
      and stages.stage_name = page.stage_name
    order by ${orderOf('page', direction, dialect)}`.execute(db);
  return rows;
}

/** A page of stages. */
export async function readPage(
  options: InventoryOptions,
  request: InventoryPageRequest,
): Promise<Omit<InventoryPage, 'totalCount'>> {
  const { targets, orderBy, first, after } = request;
  const position = after == null ? undefined : positionOf(orderBy, after);
  if (targets.length === 0) return { edges: [], hasNextPage: false };
  const found: StageRow[] = [];
  await lookAt(options, request, { direction: directions[orderBy], position }, async (part) => {
    found.push(...(await findIn(options, part, request, first + 1 - found.length)));
    return found.length > first;
  });
  return {
    edges: found.slice(0, first).map((row) => ({ cursor: cursorOf(orderBy, row), row })),
    hasNextPage: found.length > first,
  };
}

export async function countStages(options: InventoryOptions, selection: InventorySelection): Promise<number> {
  const { db, dialect } = options;
  if (selection.targets.length === 0) return 0;
  let count = 0;
  await lookAt(options, selection, { direction: undefined, position: undefined }, async (part) => {
    const { rows } = await sql<{ stages: number | string }>`
      select count(*) as stages from ${stagesOf(dialect, part)}
      where ${isSelected(selection, dialect)}`.execute(db);
    count += Number(rows[0]?.stages);
    return false;
  });
  return count;
}
