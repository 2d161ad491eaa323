import type { StageTagFilter } from '../../src/__generated__/types.ts';
import { byCodeUnit } from '../../src/datasources/inputs/sorted-maps.ts';
import { DRIFT, DRIFT_OF_VALUES } from '../../src/memory/database/drift-kind.ts';
import type { InventoryFilter, InventoryOrder } from '../../src/memory/inventory/index.ts';
import type { InventoryStage } from './inventory-cases.ts';

/** By the definition of `*`: each part between two of them is found after the one before. */
function matches(name: string, pattern: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(name);
}

const hasTag = ({ tags }: InventoryStage, { key, value }: StageTagFilter): boolean =>
  Object.hasOwn(tags, key) && (value == null || tags[key] === value);

function isSelected(stage: InventoryStage, where: InventoryFilter, valuesOf: readonly string[]): boolean {
  const anyOf = <Item>(items: readonly Item[] | null | undefined, isIt: (item: Item) => boolean) =>
    items == null || items.some(isIt);
  const is = (wanted: boolean | null | undefined, value: boolean) => wanted == null || wanted === value;
  return (
    anyOf(where.restApiIds, (id) => stage.restApiId === id) &&
    anyOf(where.restApiNames, (pattern) => matches(stage.apiName, pattern)) &&
    anyOf(where.stageNames, (pattern) => matches(stage.stageName, pattern)) &&
    (where.tags ?? []).every((tag) => hasTag(stage, tag)) &&
    anyOf(where.findings, (code) => stage.findings.includes(code)) &&
    is(where.hasCanary, stage.hasCanary) &&
    is(where.hasAccessLog, stage.hasAccessLog) &&
    is(where.hasWebAcl, stage.hasWebAcl) &&
    is(
      where.hasDrift,
      stage.drift === DRIFT || (stage.drift === DRIFT_OF_VALUES && valuesOf.includes(stage.target)),
    ) &&
    is(where.tracingEnabled, stage.tracingEnabled) &&
    is(where.cacheClusterEnabled, stage.cacheClusterEnabled) &&
    (where.updatedAfter == null || stage.lastUpdated > where.updatedAfter.getTime()) &&
    (where.updatedBefore == null || stage.lastUpdated < where.updatedBefore.getTime())
  );
}

type Compare = (a: InventoryStage, b: InventoryStage) => number;

const by =
  (...members: ((stage: InventoryStage) => string)[]): Compare =>
  (a, b) =>
    members.reduce((order, member) => order || byCodeUnit(member(a), member(b)), 0);

const byName = by(
  ({ apiName }) => apiName,
  ({ stageName }) => stageName,
  ({ target }) => target.split('/')[0] ?? '',
  ({ target }) => target.split('/')[1] ?? '',
  ({ restApiId }) => restApiId,
);

const orders: Readonly<Record<InventoryOrder, Compare>> = {
  NAME: byName,
  LAST_UPDATED_DESC: (a, b) => b.lastUpdated - a.lastUpdated || byName(a, b),
  LAST_UPDATED_ASC: (a, b) => a.lastUpdated - b.lastUpdated || byName(a, b),
};

/** What the inventory must answer, by plain JavaScript. */
export const expectedStages = (
  stages: readonly InventoryStage[],
  targets: readonly string[],
  where: InventoryFilter,
  orderBy: InventoryOrder,
  valuesOf: readonly string[] = [],
): readonly InventoryStage[] =>
  stages
    .filter((stage) => targets.includes(stage.target) && isSelected(stage, where, valuesOf))
    .sort(orders[orderBy]);
