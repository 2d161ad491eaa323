export { nameActors } from './actors.ts';
export { withApiLock } from './api-lock.ts';
export { createHistory, type HistoryOptions } from './create-history.ts';
export type {
  Author,
  GatewayChange,
  HistoryOutcome,
  IdentifiedChange,
  StageAddress,
} from './gateway-change.ts';
export type {
  HistoryEntry,
  HistoryFieldChange,
  HistoryFilter,
  HistoryPage,
  HistoryPatchOperation,
  HistorySource,
} from './history-entry.ts';
export type { Baseline, Drift, History, HistoryLimits, PastState } from './history.ts';
export {
  createObservationQueue,
  type ObservationQueue,
  type QueueOptions,
  type QueueState,
  type RecordOutcome,
} from './observation-queue.ts';
export type { Observation, ObservedApi } from './observations.ts';
