import type { IncomingHttpHeaders } from 'node:http';
import { type Caller, clientOf } from '../auth/caller.ts';
import type { PolicyObserver } from '../auth/policies/observer.ts';
import type { CacheObserver } from '../cache/observer.ts';
import { printable } from '../untrusted/printable.ts';
import type { UpstreamObserver } from '../upstream/calls/observer.ts';
import type { GatewayObserver, MutationDone, OperationDone, OperationType } from './observer.ts';

export interface HttpExchange {
  readonly requestId: string;
  readonly method: string;
  /** Path and status are missing if the client closed the connection before the response. */
  readonly path?: string | undefined;
  readonly status?: number;
}

const MAX_NAME = 100;
const MAX_LISTED = 20;

/** Without duplicates, and bounded. */
const listed = (values: readonly string[]): string[] => [...new Set(values)].slice(0, MAX_LISTED);

/** What the data sources of a request report. */
type RequestObserver = UpstreamObserver & CacheObserver & PolicyObserver;

/** Counts what one request does upstream, and passes it on to `all`. */
function countUpstream(all: RequestObserver) {
  const awsRequestIds: string[] = [];
  let upstreamCalls = 0;
  let cacheHits = 0;
  let cacheMisses = 0;
  const observer: RequestObserver = {
    called(call) {
      upstreamCalls += 1;
      const { awsRequestId } = call;
      if (awsRequestId !== undefined && awsRequestIds.length < MAX_LISTED) awsRequestIds.push(awsRequestId);
      all.called(call);
    },
    rejected: all.rejected,
    read(read) {
      if (read.outcome === 'hit' || read.outcome === 'stale') cacheHits += 1;
      else cacheMisses += 1;
      all.read(read);
    },
    batched: all.batched,
    forbade: all.forbade,
  };
  return { observer, counts: () => ({ upstreamCalls, cacheHits, cacheMisses, awsRequestIds }) };
}

/** Collects what one request is and costs, for its log line and the metrics, and passes everything on to `all`. */
export function createRequestRecord(
  headers: IncomingHttpHeaders,
  all: GatewayObserver,
  callerNow: () => Caller | null = () => null,
) {
  const started = performance.now();
  const userErrors: string[] = [];
  const errors: string[] = [];
  const { observer, counts } = countUpstream(all);
  /** Requests that were not admitted can claim anything. */
  const clientName = (): string | null => callerNow()?.client.name ?? null;
  let refusedWith: string | undefined;
  let operation: { readonly name: string | null; readonly type: OperationType } | undefined;

  return {
    /** For what the request does upstream. */
    observer,
    /** The request has a valid operation. */
    named: (name: string | null, type: OperationType): void => {
      operation = { name, type };
    },
    changed: (done: MutationDone): void => {
      if (done.userError !== undefined) userErrors.push(done.userError);
      all.changed(done);
    },
    /** The request was refused with this code before GraphQL. */
    refused: (code: string): void => {
      refusedWith = code;
      errors.push(code);
      all.failed(code, clientName());
    },
    /** The code with which the request was refused before GraphQL, if it was. */
    refusedWith: (): string | undefined => refusedWith,
    /** GraphQL has answered, with errors of these codes. */
    operated: (outcome: OperationDone['outcome'], codes: readonly string[]): void => {
      for (const code of codes) errors.push(code);
      const { name, type } = operation ?? { name: null, type: 'unknown' as const };
      const durationMs = performance.now() - started;
      all.operated({ name, type, outcome, codes, durationMs, client: clientName() });
    },
    /** The fields of the log line. */
    logFields: ({ requestId, method, path, status }: HttpExchange): object => {
      const client = clientOf(headers);
      const { upstreamCalls, cacheHits, cacheMisses, awsRequestIds } = counts();
      // One literal: building the object from parts takes as long as writing the line.
      return {
        requestId,
        method,
        path,
        status,
        durationMs: Math.round(performance.now() - started),
        clientName: client.name,
        clientVersion: client.version,
        operationName: printable(operation?.name, MAX_NAME),
        operationType: operation?.type,
        errorCodes: errors.length === 0 ? undefined : listed(errors),
        userErrorCodes: userErrors.length === 0 ? undefined : listed(userErrors),
        upstreamCalls,
        cacheHits,
        cacheMisses,
        awsRequestIds: awsRequestIds.length === 0 ? undefined : awsRequestIds,
      };
    },
  };
}

export type RequestRecord = ReturnType<typeof createRequestRecord>;
