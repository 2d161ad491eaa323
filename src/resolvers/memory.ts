import type {
  StageHistoryEntryResolvers,
  StageInventoryConnectionResolvers,
} from '../__generated__/types.ts';

export const StageHistoryEntry: StageHistoryEntryResolvers = {
  stage: (entry, _, { dataSources }) => dataSources.of(entry).stages.find(entry),
};

export const StageInventoryConnection: StageInventoryConnectionResolvers = {
  totalCount: (page) => page.totalCount(),
  targets: (page, _, { dataSources }) => dataSources.memory().totals(page),
};
