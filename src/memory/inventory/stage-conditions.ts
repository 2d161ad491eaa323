import { type Expression, sql, type SqlBool } from 'kysely';
import { namesOf } from '../../datasources/stages/wire/wire-enums.ts';
import type { SqlDialect } from '../database/dialect.ts';
import { DRIFT, DRIFT_OF_VALUES } from '../database/drift-kind.ts';
import { findingBits } from '../database/finding-bits.ts';
import { nameMatchesAny } from '../database/name-pattern.ts';
import { isStorable } from '../database/storable-text.ts';
import type { StagesTable } from '../database/tables.ts';
import { hasTag } from '../database/tag-text.ts';
import type { InventoryFilter } from './inventory-filter.ts';
import type { InventorySelection } from './inventory.ts';

type Condition = Expression<SqlBool>;
type Column = keyof StagesTable;
/** Makes the condition of one member of the filter. */
type Rule<Value> = (value: Value, dialect: SqlDialect, selection: InventorySelection) => Condition;

const always = sql<SqlBool>`1 = 1`;
const never = sql<SqlBool>`1 = 0`;

const column = (name: Column) => sql.ref<string>(`stages.${name}`);

function isOneOf(name: Expression<string>, texts: readonly string[]): Condition {
  const storable = texts.filter(isStorable);
  return storable.length === 0 ? never : sql<SqlBool>`${name} in (${sql.join(storable)})`;
}

const isFlag =
  (name: Column): Rule<boolean> =>
  (wanted) =>
    sql<SqlBool>`${column(name)} = ${wanted ? 1 : 0}`;

const all = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0 ? always : sql<SqlBool>`${sql.join(conditions, sql` and `)}`;

type Values = { readonly [Member in keyof InventoryFilter]-?: NonNullable<InventoryFilter[Member]> };

/** The databases test in this order: what costs more comes later. */
const rules: { readonly [Member in keyof Values]: Rule<Values[Member]> } = {
  hasCanary: isFlag('has_canary'),
  hasAccessLog: isFlag('has_access_log'),
  hasWebAcl: isFlag('has_web_acl'),
  hasDrift: (wanted, _, { valuesOf = [] }) => {
    const isSeen = sql`${column('has_drift')} = ${DRIFT} or (${column('has_drift')} = ${DRIFT_OF_VALUES}
      and ${isOneOf(column('target'), valuesOf)})`;
    return wanted ? sql<SqlBool>`(${isSeen})` : sql<SqlBool>`not (${isSeen})`;
  },
  tracingEnabled: isFlag('tracing_enabled'),
  cacheClusterEnabled: isFlag('cache_cluster_enabled'),
  findings: (codes) => sql<SqlBool>`(${column('findings')} & ${sql.lit(findingBits(codes))}) <> 0`,
  updatedAfter: (moment) => sql<SqlBool>`${column('last_updated')} > ${moment.getTime()}`,
  updatedBefore: (moment) => sql<SqlBool>`${column('last_updated')} < ${moment.getTime()}`,
  restApiIds: (ids) => isOneOf(column('rest_api_id'), ids),
  stageNames: (names, dialect) => nameMatchesAny(dialect, column('stage_name'), names),
  restApiNames: (names, dialect) => nameMatchesAny(dialect, column('api_name'), names),
  tags: (tags, dialect) => all(tags.map((tag) => hasTag(dialect, column('tags'), tag))),
};

/** SQLite would take the index of the primary key, and read each row of the target. `+` keeps it from that. */
const withoutIndex = (dialect: SqlDialect, name: Column): Expression<string> =>
  dialect === 'sqlite' ? sql<string>`+${column(name)}` : column(name);

/** The condition of a member, if the filter has it. */
function conditionOf<Member extends keyof Values>(
  member: Member,
  where: { readonly [Each in Member]?: Values[Each] | null | undefined },
  dialect: SqlDialect,
  selection: InventorySelection,
): Condition[] {
  const value = where[member];
  return value == null ? [] : [rules[member](value, dialect, selection)];
}

const members = namesOf(rules);

/** Whether a row of `stages` is of one of the targets and satisfies the filter. */
export const isSelected = (selection: InventorySelection, dialect: SqlDialect): Condition =>
  all([
    ...members.flatMap((member) => conditionOf(member, selection.where ?? {}, dialect, selection)),
    isOneOf(withoutIndex(dialect, 'target'), selection.targets),
  ]);
