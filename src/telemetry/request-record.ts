import type { UpstreamObserver } from '../upstream/observer.ts';

/** What one request cost: gathered while it runs, told in its line of the log. */
export interface RequestRecord {
  /** Told what the request does upstream. */
  readonly observer: UpstreamObserver;
  readonly cost: () => RequestCost;
}

export interface RequestCost {
  /** Attempts at calls to AWS, refreshes that it began included. */
  readonly upstreamCalls: number;
  /** Reads that were answered from memory. */
  readonly storeHits: number;
  readonly storeMisses: number;
  /** AWS's names of its calls, the first few. */
  readonly awsRequestIds: readonly string[];
}

/** A line of the log has an end. */
const MAX_AWS_REQUEST_IDS = 20;

/** Counts for one request, and passes on to whoever counts for all. */
export function createRequestRecord(all: UpstreamObserver): RequestRecord {
  let upstreamCalls = 0;
  let storeHits = 0;
  let storeMisses = 0;
  const awsRequestIds: string[] = [];
  return {
    observer: {
      called(call) {
        upstreamCalls += 1;
        const { awsRequestId } = call;
        if (awsRequestId !== undefined && awsRequestIds.length < MAX_AWS_REQUEST_IDS) {
          awsRequestIds.push(awsRequestId);
        }
        all.called(call);
      },
      refused: all.refused,
      read(read) {
        if (read.outcome === 'hit' || read.outcome === 'stale') storeHits += 1;
        else storeMisses += 1;
        all.read(read);
      },
      batched: all.batched,
    },
    cost: () => ({ upstreamCalls, storeHits, storeMisses, awsRequestIds }),
  };
}
