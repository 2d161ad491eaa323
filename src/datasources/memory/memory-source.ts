import type {
  QueryStageHistoryArgs,
  QueryStageInventoryArgs,
  StageDrift,
  StageFieldChange,
  StageHistoryFilter,
  StageInventoryFilter,
  StageInventoryTarget,
} from '../../__generated__/types.ts';
import type { Caller } from '../../auth/caller.ts';
import { type Target, targetId, targetKeyOf } from '../../fleet/target.ts';
import type { Drift, HistoryEntry, HistoryFieldChange, HistoryFilter } from '../../memory/history/index.ts';
import { type Connection, connectionOf, pageSize } from '../reads/connection.ts';
import type { RequestTargets } from '../request-targets.ts';
import type { PatchOperationModel } from '../stages/changes/stage-change.ts';
import { changesWithoutValues, isOfValue } from '../stages/desired/hidden-values.ts';
import type { StageModel } from '../stages/wire/model.ts';
import { checkFilter } from './filter-limits.ts';
import { selectTargets } from './select-targets.ts';
import type { InventoryQuery, StageMemory } from './stage-memory.ts';

/** An entry of the history, as its reader may see it. */
export interface HistoryEntryModel extends Omit<
  HistoryEntry,
  'actor' | 'cursor' | 'given' | 'changes' | 'patchOperations'
> {
  readonly changes: readonly StageFieldChange[];
  readonly patchOperations: readonly PatchOperationModel[];
}

/** A page of the inventory, with what it was asked. */
export interface InventoryPage extends Connection<StageModel> {
  readonly query: InventoryQuery;
  readonly totalCount: () => Promise<number>;
}

export type MemorySource = ReturnType<typeof createMemorySource>;

const MAX_HISTORY_PAGE = 100;
const MAX_INVENTORY_PAGE = 500;

const ids = (targets: readonly Target[]): string[] => targets.map(targetId);

/** Values of variables, where they are known and the caller may see them. */
function visibleChange({ known, ...change }: HistoryFieldChange, sees: boolean): StageFieldChange {
  return sees && known !== undefined ? { ...change, ...known, redacted: false } : change;
}

/** What a caller may see of an entry. */
function visibleEntry(entry: HistoryEntry, sees: boolean, seesActors: boolean): HistoryEntryModel {
  const { actor, cursor, changes, given, patchOperations, ...shown } = entry;
  const all = changes.map((change) => visibleChange(change, sees));
  return {
    ...shown,
    by: entry.by ?? (seesActors ? actor : null),
    changes: sees ? all : changesWithoutValues({ source: entry.source, changes: all, given }),
    patchOperations: patchOperations.map(({ known, redacted, ...operation }) => ({
      ...operation,
      value: redacted ? (known ?? null) : operation.value,
      target: targetId(entry),
    })),
  };
}

/** What a caller may see of drift. */
const visibleDrift = ({ since, changes }: Drift, sees: boolean): StageDrift => ({
  since,
  changes: changes
    .filter((change) => sees || !isOfValue(change))
    .map((change) => visibleChange(change, sees)),
});

/** What the gateway remembers, as the caller of one request may see it. */
export function createMemorySource(
  memory: StageMemory,
  request: Pick<RequestTargets, 'readable'>,
  caller: Caller,
) {
  const seesActors = caller.hasScopes([['stages:admin']]);
  function targetsOf(where: StageHistoryFilter | StageInventoryFilter | null | undefined): string[] {
    checkFilter(where);
    return ids(selectTargets(request.readable(), where));
  }
  const valuesOf = (targets: readonly string[]): string[] => targets.filter(caller.seesVariablesOf);

  async function readHistory(
    query: HistoryFilter,
    first: number,
    after: string | null,
  ): Promise<Connection<HistoryEntryModel>> {
    const { entries, hasNextPage } = await memory.history(
      { ...query, valuesOf: valuesOf(query.targets), seesActors },
      first,
      after,
    );
    const edges = entries.map((entry) => ({
      cursor: entry.cursor,
      node: visibleEntry(entry, caller.seesVariablesOf(targetId(entry)), seesActors),
    }));
    return connectionOf(edges, { after }, { hasNextPage });
  }

  return {
    history({ where, first, after = null }: QueryStageHistoryArgs): Promise<Connection<HistoryEntryModel>> {
      const targets = targetsOf(where);
      const size = pageSize({ first }, 50, MAX_HISTORY_PAGE);
      return readHistory({ ...where, targets }, size, after);
    },

    historyOf(
      { account, region, restApiId, stageName }: StageModel,
      { first, after = null }: { first?: number | null | undefined; after?: string | null | undefined },
    ): Promise<Connection<HistoryEntryModel>> {
      const targets = [targetId({ account, region })];
      const of = { targets, restApiIds: [restApiId], stageNames: [stageName] };
      return readHistory(of, pageSize({ first }, 20, MAX_HISTORY_PAGE), after);
    },

    /** Null: the stage has no baseline. */
    async drift(stage: StageModel): Promise<StageDrift | null> {
      const drift = await memory.drift(stage);
      return drift === undefined ? null : visibleDrift(drift, caller.seesVariablesOf(targetId(stage)));
    },

    async inventory(args: QueryStageInventoryArgs, selected: ReadonlySet<string>): Promise<InventoryPage> {
      const { where, orderBy, first, after = null } = args;
      const targets = targetsOf(where);
      const wanted = { orderBy: orderBy ?? 'NAME', counts: selected.has('totalCount') } as const;
      const query = { ...where, ...wanted, targets, valuesOf: valuesOf(targets) };
      const page = await memory.inventory(query, pageSize({ first }, 50, MAX_INVENTORY_PAGE), after);
      const connection = connectionOf(page.edges, { after }, page);
      return { ...connection, query, totalCount: page.totalCount };
    },

    async totals({ query }: InventoryPage): Promise<StageInventoryTarget[]> {
      const totals = await memory.totals(query.targets);
      return totals.map(({ target, ...of }) => ({ ...of, ...targetKeyOf(target) }));
    },
  };
}
