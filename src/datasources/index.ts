import type { StageDifferencesFromArgs, StageFieldChange, StageTarget } from '../__generated__/types.ts';
import type { Caller } from '../auth/caller.ts';
import type { TargetReference } from '../fleet/find-target.ts';
import type { Targets } from '../fleet/fleet.ts';
import { type Target, targetId } from '../fleet/target.ts';
import type { UpstreamCaller } from '../upstream/calls/user-agent.ts';
import { holdsVariableValue } from '../upstream/calls/variable-values.ts';
import { type CachesByTarget, createCachesByTarget } from './caches-by-target.ts';
import { createEntitySource } from './entity-source.ts';
import { encodeId } from './inputs/global-id.ts';
import { createMemorySource, type MemorySource } from './memory/memory-source.ts';
import { noMemory } from './memory/no-memory.ts';
import type { StageMemory } from './memory/stage-memory.ts';
import type { RequestReads } from './reads/cached-reads.ts';
import { createCallLimit } from './reads/call-limit.ts';
import { runChange } from './request-changes.ts';
import { createRequestTargets } from './request-targets.ts';
import { createChangeRecorder } from './stages/changes/change-recorder.ts';
import type { FindTarget } from './stages/changes/desired/copy-settings.ts';
import type { PatchOperationModel, StageChange } from './stages/changes/stage-change.ts';
import { compareStages } from './stages/desired/compare-stages.ts';
import type { StageModel } from './stages/wire/model.ts';
import type { StageChanges } from './target-sources.ts';

export interface DataSourceOptions {
  /** How many calls to AWS the reads of one operation may make. */
  readonly maxCalls: number;
  /** What the gateway remembers; nothing by default. */
  readonly memory?: StageMemory | undefined;
  /** Shared with what reads in the background. */
  readonly cachesOf?: CachesByTarget | undefined;
}

/** What the data sources must know of a request. */
export interface RequestOptions extends Omit<RequestReads, 'onBehalfOf' | 'limit'> {
  readonly caller: Caller;
  /** The targets when the request began. */
  readonly targets: Targets;
}

/** The data sources of one request. They read through the caches that all requests share. */
export type DataSources = ReturnType<ReturnType<typeof createDataSourceFactory>>;

function upstreamCallerOf({ subject, client }: Caller): UpstreamCaller | undefined {
  if (subject !== null) return { kind: 'subject', name: subject };
  return client.name === null ? undefined : { kind: 'client', name: client.name };
}

/** Targets, with their rate limiters at this moment. */
const describeTargets = (readable: readonly Target[], { budget }: Targets): StageTarget[] =>
  readable.map((target) => {
    const { account, alias = null, region, home } = target;
    return { id: encodeId('StageTarget', target), account, alias, region, home, budget: budget(target) };
  });

/** Once per process: it creates the caches. */
export function createDataSourceFactory(process: DataSourceOptions) {
  const { maxCalls, memory = noMemory, cachesOf = createCachesByTarget() } = process;
  return (options: RequestOptions) => {
    const { targets, caller, dependencies } = options;
    const recorder = createChangeRecorder();
    const limit = createCallLimit(maxCalls);
    const onBehalfOf = upstreamCallerOf(caller);
    // One literal is faster than a spread, and this runs for every request.
    let remembered: MemorySource | undefined;
    let entities: ReturnType<typeof createEntitySource> | undefined;
    const request = createRequestTargets(targets, cachesOf, {
      caller,
      recorder,
      memory,
      limit,
      onBehalfOf,
      dependencies,
      logger: options.logger,
      observer: options.observer,
      callerKey: options.callerKey,
      fresh: options.fresh,
      abortSignal: options.abortSignal,
    });

    return {
      at: request.at,
      of: request.of,
      /** What routers and clients read by a key. Created at the first call: most requests have none. */
      entities: () => (entities ??= createEntitySource(request)),
      /** What the gateway remembers. Created at the first call. */
      memory: () => (remembered ??= createMemorySource(memory, request, caller)),
      /** Runs a change on the target that its input names. */
      change: <Change extends StageChange>(
        input: TargetReference,
        run: (changes: StageChanges, find: FindTarget) => Promise<Change>,
      ) => runChange(request, recorder, input, run),
      /** The stage after a change. It is read if AWS did not answer with it. */
      after: ({ stage, key, target }: StageChange) =>
        stage === undefined && key !== null && target !== null
          ? request.of(target).stages.find(key)
          : (stage ?? null),
      /** What differs from another stage: before is the other one's; null if it does not exist. */
      async differencesFrom(
        stage: StageModel,
        of: StageDifferencesFromArgs,
      ): Promise<StageFieldChange[] | null> {
        const { stageName, restApiId, parts } = of;
        const sources = request.at({
          account: of.account ?? stage.account,
          region: of.region ?? stage.region,
        });
        const other = await sources.stages.other(restApiId ?? stage.restApiId, stageName);
        const sees = (each: StageModel): boolean =>
          caller.seesVariablesOf(targetId(each)) &&
          each.variables.every(({ isUnknown }) => isUnknown !== true);
        return other && compareStages(other, stage, parts, sees(other) && sees(stage));
      },
      /** What the caller may see of an operation's value. */
      visibleValue: ({ path, value, target }: PatchOperationModel): string | null =>
        caller.seesVariablesOf(target) || !holdsVariableValue(path) ? value : null,
      /** No cached response may contain the state of a rate limiter. */
      targets(): StageTarget[] {
        dependencies.markIncomplete();
        return describeTargets(request.readable(), targets);
      },
      changeRecorder: recorder,
    };
  };
}
