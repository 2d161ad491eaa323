import type { Kysely } from 'kysely';
import type { SqlDialect } from '../database/dialect.ts';
import type { Tables } from '../database/tables.ts';
import type { MethodsOf, StageCodec } from '../stages/index.ts';
import { readBaselines, readDrifts, recordBaseline, removeBaseline } from './baselines.ts';
import { createEntryIds } from './entry-id.ts';
import type { HistoryTools } from './history-tools.ts';
import type { History, HistoryLimits } from './history.ts';
import { observe } from './observe.ts';
import { stateAt } from './past-state.ts';
import { readHistory } from './read-history.ts';
import { recordChange } from './record.ts';
import { prune } from './retention.ts';

export interface HistoryOptions {
  readonly db: Kysely<Tables>;
  readonly searches: Kysely<Tables>;
  readonly dialect: SqlDialect;
  readonly codec: StageCodec;
  readonly methodsOf: MethodsOf;
  readonly limits: HistoryLimits;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** The history of stages on a database, which processes may share. */
export function createHistory({ limits, now = Date.now, ...options }: HistoryOptions): History {
  const tools: HistoryTools = { ...options, now, newId: createEntryIds(now) };
  return {
    observe: (observation) => observe(tools, observation),
    record: (change) => recordChange(tools, change),
    page: (filter, first, after) => readHistory(tools, filter, first, after),
    stateAt: (stage, revision) => stateAt(tools, stage, revision),
    baselines: (stages) => readBaselines(tools, stages),
    drifts: (stages) => readDrifts(tools, stages),
    recordBaseline: (stage, author) => recordBaseline(tools, stage, author),
    removeBaseline: (stage, author) => removeBaseline(tools, stage, author),
    prune: () => prune(tools, limits),
  };
}
