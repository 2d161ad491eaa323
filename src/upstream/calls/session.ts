import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { Logger } from '../../app/logger.ts';
import type { TargetKey } from '../../fleet/target.ts';
import type { CallerKey } from '../limiter/fair-queue.ts';
import type { Reservation } from '../limiter/operation-limit.ts';
import type { CallRequest, Priority, RateLimiter } from '../limiter/rate-limiter.ts';
import type { Fence } from '../locks/fence.ts';
import { type Deadline, deadlineIn } from '../time/deadline.ts';
import { noObserver, reportRejection, type UpstreamObserver } from './observer.ts';
import { createRetry, type Retry } from './retry.ts';
import { createSend, type Send } from './send.ts';
import type { UpstreamCaller } from './user-agent.ts';

/** The calls of one request, or of one load of a cache: they share a deadline and a log. */
export interface UpstreamSession {
  readonly send: Send;
  readonly retry: Retry;
  readonly deadline: Deadline;
  /** How long so many calls, one after the other, will probably take. */
  readonly foreseeMs: (calls: number) => number;
  /** Reserves a call of an operation with a limit of its own, before a lock is taken that others would wait for. */
  readonly reserve: (operation: string) => Promise<Reservation>;
}

export interface SessionOptions {
  /** For the log, the metrics and CloudTrail. */
  readonly target: TargetKey & { readonly label?: string | undefined };
  readonly logger: Logger;
  /** Receives every call. */
  readonly observer?: UpstreamObserver | undefined;
  readonly priority: () => Priority;
  /** Callers take turns in the queue; a session without a key is a caller of its own. */
  readonly callerKey?: (() => CallerKey) | undefined;
  /** Registers a listener for further callers that wait for the same calls. */
  readonly onJoin?: CallRequest['onJoin'];
  /** Who the caller is, as CloudTrail shows it. */
  readonly onBehalfOf?: UpstreamCaller | undefined;
  /** Makes an id for the user agent of a call that is to change something; undefined: it gets none. */
  readonly newRequestId?: (() => string | undefined) | undefined;
  /** By default a new one of the configured length. */
  readonly deadline?: Deadline | undefined;
  /** Aborts calls that are queued. */
  readonly signal?: AbortSignal | undefined;
  /** Called for every attempt that is sent. */
  readonly onSent?: (() => void) | undefined;
}

/** What all sessions of one target share. */
export interface SessionDependencies {
  readonly client: APIGatewayClient;
  readonly limiter: RateLimiter;
  /** Where other processes write as well. */
  readonly fence: Fence | undefined;
  /** Resolves when it is known what other processes have left of the rate limit. Calls wait for it. */
  readonly joining: () => Promise<void> | undefined;
  /** For all that one request does upstream. */
  readonly deadlineMs: number;
  /** For one attempt, its response's last byte included. */
  readonly requestTimeoutMs: number;
  readonly retryDelayMs?: number | undefined;
}

/** What a call to AWS usually takes. */
const USUAL_CALL_MS = 250;

export function openSession(shared: SessionDependencies, options: SessionOptions): UpstreamSession {
  const { deadlineMs, retryDelayMs } = shared;
  const { observer = noObserver, priority, signal, onJoin, deadline = deadlineIn(deadlineMs) } = options;
  const { callerKey = () => deadline, target } = options;
  const retry = createRetry(deadline, retryDelayMs);
  const request = () => ({ priority, caller: callerKey(), onJoin, deadline, signal });
  let send: Send | undefined;
  // Most sessions end without a call.
  const open = (): Send => createSend(retry, { ...shared, ...options, ...request(), observer });
  return {
    retry,
    deadline,
    send: (command, safety, reservation) => (send ??= open())(command, safety, reservation),
    foreseeMs: (calls) => shared.limiter.waitMs('mutation', calls) + calls * USUAL_CALL_MS,
    reserve: (operation) =>
      shared.limiter.reserve({ ...request(), operation }).catch(
        reportRejection(observer, {
          account: target.account,
          region: target.region,
          operation,
          priority: priority(),
        }),
      ),
  };
}
