import type { ReadDependencies } from '../reads/cached-reads.ts';
import type { StageKey, StageModel } from './wire/model.ts';

/** The stages of an API as they were in memory when the request first asked for them. */
interface FreshList {
  readonly list: readonly StageModel[];
  readonly byName: ReadonlyMap<string, StageModel>;
  readonly requested: Set<string>;
  /** How many of the requested names were not reported to the observer yet. */
  unreported: number;
}

/**
 * Answers a request from memory without a promise. What the request found when it first asked for an API stays, so that
 * one response does not contradict itself.
 */
export function createFreshLists({ cachedReads, caches, observer }: ReadDependencies) {
  /** Undefined for APIs whose list was not fresh. */
  const lists = new Map<string, FreshList | undefined>();

  function freshList(restApiId: string): FreshList | undefined {
    if (lists.has(restApiId)) return lists.get(restApiId);
    const list = cachedReads.getFresh(caches.stages, restApiId);
    const found = list && {
      list,
      byName: new Map(list.map((stage) => [stage.stageName, stage])),
      requested: new Set<string>(),
      unreported: 0,
    };
    lists.set(restApiId, found);
    return found;
  }

  /** Reports how many stages were requested together, each once, after all fields of this microtask have asked. */
  function countRequested(found: FreshList, stageName: string): void {
    if (found.requested.has(stageName)) return;
    found.requested.add(stageName);
    found.unreported += 1;
    if (found.unreported > 1) return;
    queueMicrotask(() => {
      observer.batched('stage', found.unreported);
      found.unreported = 0;
    });
  }

  return {
    /** All stages of an API; undefined if they were not fresh in memory. */
    list: (restApiId: string) => freshList(restApiId)?.list,
    /** One stage, or null if the API has none of this name; undefined if the API's list was not fresh in memory. */
    find({ restApiId, stageName }: StageKey): StageModel | null | undefined {
      const found = freshList(restApiId);
      if (found === undefined) return undefined;
      countRequested(found, stageName);
      return found.byName.get(stageName) ?? null;
    },
    clear: (restApiId: string) => void lists.delete(restApiId),
  };
}
