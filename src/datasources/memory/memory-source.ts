import type {
  PageInfo,
  QueryStageHistoryArgs,
  QueryStageInventoryArgs,
  StageDrift,
  StageFieldChange,
  StageHistoryFilter,
  StageHistorySource,
  StageHistoryOutcome,
  StageInventoryFilter,
  StageInventoryTarget,
} from '../../__generated__/types.ts';
import type { Caller } from '../../auth/caller.ts';
import { gatewayError } from '../../errors/gateway-error.ts';
import { type Target, targetId, type TargetKey } from '../../fleet/target.ts';
import { quote } from '../../untrusted/quote.ts';
import type { RequestTargets } from '../request-targets.ts';
import type { PatchOperationModel } from '../stages/changes/stage-change.ts';
import type { StageKey, StageModel } from '../stages/wire/model.ts';
import { selectTargets } from './select-targets.ts';
import {
  type HistoryEntry,
  type HistoryQuery,
  InvalidCursor,
  type InventoryQuery,
  type MemoryPage,
  type StageMemory,
} from './stage-memory.ts';

/** An entry of the history, as its reader may see it. */
export interface HistoryEntryModel extends TargetKey, StageKey {
  readonly id: string;
  readonly at: Date;
  readonly source: StageHistorySource;
  readonly outcome: StageHistoryOutcome;
  readonly by: string | null;
  readonly client: string | null;
  readonly mutation: string | null;
  readonly changes: readonly StageFieldChange[];
  readonly patchOperations: readonly PatchOperationModel[];
  readonly revisionBefore: string | null;
  readonly revisionAfter: string | null;
  readonly awsRequestId: string | null;
}

interface Page<Item> {
  readonly edges: { readonly cursor: string; readonly node: Item }[];
  readonly nodes: Item[];
  readonly pageInfo: PageInfo;
}

/** A page of the inventory, with what it was asked. */
export interface InventoryPage extends Page<StageModel> {
  readonly query: InventoryQuery;
}

export type MemorySource = ReturnType<typeof createMemorySource>;

const MAX_HISTORY_PAGE = 100;
const MAX_INVENTORY_PAGE = 500;

function pageSize(first: number | null | undefined, byDefault: number, most: number): number {
  const size = first ?? byDefault;
  if (size >= 1 && size <= most) return size;
  throw gatewayError('BAD_USER_INPUT', `first must be 1 to ${most}, not ${size}.`);
}

function pageOf<Item>({ items, hasNextPage }: MemoryPage<Item>, after: string | null): Page<Item> {
  const edges = items.map(({ cursor, item }) => ({ cursor, node: item }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A cursor of another list is the client's mistake. */
const badCursor =
  (after: string | null) =>
  (error: unknown): never => {
    if (!(error instanceof InvalidCursor)) throw error;
    throw gatewayError('BAD_USER_INPUT', `after must be a cursor of this list, not ${quote(after ?? '')}.`);
  };

function keyOfTarget(target: string): TargetKey {
  const [account = '', region = ''] = target.split('/');
  return { account, region };
}

const ids = (targets: readonly Target[]): string[] => targets.map(targetId);

/** What a caller may see of an entry. */
function visibleEntry(entry: HistoryEntry, sees: boolean, seesActors: boolean): HistoryEntryModel {
  const { target, actor, changes, changesWithValues, ...rest } = entry;
  const { patchOperations, patchOperationsWithValues, ...shown } = rest;
  return {
    ...shown,
    ...keyOfTarget(target),
    by: entry.by ?? (seesActors ? actor : null),
    changes: sees ? changesWithValues : changes,
    patchOperations: (sees ? patchOperationsWithValues : patchOperations).map((each) => ({
      ...each,
      target,
    })),
  };
}

/** What the gateway remembers, as the caller of one request may see it. */
export function createMemorySource(
  memory: StageMemory,
  request: Pick<RequestTargets, 'readable'>,
  caller: Caller,
) {
  const seesActors = caller.hasScopes([['stages:admin']]);
  const targetsOf = (where: StageHistoryFilter | StageInventoryFilter | null | undefined): string[] =>
    ids(selectTargets(request.readable(), where));

  const entryOf = (entry: HistoryEntry): HistoryEntryModel =>
    visibleEntry(entry, caller.seesVariablesOf(entry.target), seesActors);

  async function readHistory(query: HistoryQuery): Promise<Page<HistoryEntryModel>> {
    const page = await memory.history(query).catch(badCursor(query.after));
    const items = page.items.map(({ cursor, item }) => ({ cursor, item: entryOf(item) }));
    return pageOf({ ...page, items }, query.after);
  }

  return {
    history({ where, first, after = null }: QueryStageHistoryArgs): Promise<Page<HistoryEntryModel>> {
      const targets = targetsOf(where);
      const size = pageSize(first, 50, MAX_HISTORY_PAGE);
      return readHistory({ ...where, targets, seesActors, first: size, after });
    },

    historyOf(
      { account, region, restApiId, stageName }: StageModel,
      { first, after = null }: { first?: number | null | undefined; after?: string | null | undefined },
    ): Promise<Page<HistoryEntryModel>> {
      const targets = [targetId({ account, region })];
      const of = { targets, restApiIds: [restApiId], stageNames: [stageName] };
      return readHistory({ ...of, seesActors, first: pageSize(first, 20, MAX_HISTORY_PAGE), after });
    },

    /** Null: the stage has no baseline. */
    async drift(stage: StageModel): Promise<StageDrift | null> {
      const baseline = await memory.baseline(stage);
      if (baseline === null) return null;
      const { since, changes, redactedChanges } = baseline;
      return { since, changes: [...(caller.seesVariablesOf(targetId(stage)) ? changes : redactedChanges)] };
    },

    async inventory(args: QueryStageInventoryArgs): Promise<InventoryPage> {
      const { where, orderBy, first, after = null } = args;
      const query = { ...where, targets: targetsOf(where), orderBy: orderBy ?? 'NAME' };
      const size = pageSize(first, 50, MAX_INVENTORY_PAGE);
      const page = await memory.inventory(query, size, after).catch(badCursor(after));
      return { ...pageOf(page, after), query };
    },

    countStages: ({ query }: InventoryPage): Promise<number> => memory.countStages(query),

    async totals({ query }: InventoryPage): Promise<StageInventoryTarget[]> {
      const totals = await memory.totals(query.targets);
      return totals.map(({ target, ...of }) => ({ ...of, ...keyOfTarget(target) }));
    },
  };
}
