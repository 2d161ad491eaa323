import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { Logger } from '../app/logger.ts';
import { createReadThroughCache, type ReadThroughCache } from '../cache/read-through-cache.ts';
import { type AwsRegion, type ClientOptions, createClient, regionOf } from './calls/client.ts';
import { noObserver, type CacheKind, reportRejection, type UpstreamObserver } from './calls/observer.ts';
import { createRetry, type Deadline, deadlineIn, type Retry } from './calls/retry.ts';
import { createSend, type Send } from './calls/send.ts';
import type { UpstreamCaller } from './calls/user-agent.ts';
import type { CallerKey } from './limiter/fair-queue.ts';
import {
  type CallRequest,
  type RateLimiter,
  type RateLimiterOptions,
  type RateLimiterState,
  createRateLimiter,
  type Priority,
  type Reservation,
} from './limiter/rate-limiter.ts';
import type { Limits } from './limiter/tokens.ts';
import type { Fence } from './locks/fence.ts';
import { createWriteLock, type WriteLock } from './locks/write-lock.ts';
import type { RedisOptions, Sharing, SharingState } from './redis/index.ts';

/** The way to AWS of one request, or of one load of the store: bounded by a deadline, and logged under its name. */
export interface UpstreamSession {
  readonly send: Send;
  readonly retry: Retry;
  readonly deadline: Deadline;
  /** The turn of an operation with a limit of its own, for who must not wait for it while others wait for him. */
  readonly turnOf: (operation: string) => Promise<Reservation>;
}

export interface SessionOptions {
  readonly logger: Logger;
  /** Told of every call. */
  readonly observer?: UpstreamObserver | undefined;
  readonly priority: () => Priority;
  /** For whom; callers take turns. A session by itself, where it is left out. */
  readonly callerKey?: (() => CallerKey) | undefined;
  /** Tells of others for whom it is, too. */
  readonly onJoin?: CallRequest['onJoin'];
  /** Who that is, as CloudTrail is to show it. */
  readonly onBehalfOf?: UpstreamCaller | undefined;
  /** The operation's own, where it is left out. */
  readonly deadline?: Deadline | undefined;
  /** Ends what still waits in the budget's queue. */
  readonly signal?: AbortSignal | undefined;
  /** Told of every attempt that goes out. */
  readonly onSent?: (() => void) | undefined;
}

/** What lives as long as the process, and every request's data sources stand on. */
export interface Upstream {
  readonly region: AwsRegion;
  readonly lock: WriteLock;
  readonly session: (options: SessionOptions) => UpstreamSession;
  /** A store of one kind of thing, shared by all requests. `inFull` leaves nothing of a value to be worked out later. */
  readonly store: <Value extends object>(
    kind: CacheKind,
    inFull?: (value: Value) => Value,
  ) => ReadThroughCache<Value>;
  /** How old a read of it may be. */
  readonly ttlMs: number;
  /** The budget at this moment. */
  readonly budget: () => RateLimiterState;
  /** What must work before a call can be made; none of them makes one. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** Whether other processes can be heard; undefined for a process that is meant to be alone. */
  readonly sharing: (() => SharingState) | undefined;
  readonly close: () => Promise<void>;
}

export interface UpstreamOptions extends Omit<ClientOptions, 'connectionTimeoutMs'> {
  /** For a connection, its TLS handshake included; shorter ones are for tests. */
  readonly connectionTimeoutMs?: number | undefined;
  /** For one attempt, its answer's last byte included. */
  readonly requestTimeoutMs: number;
  /** For all that one request does upstream. */
  readonly deadlineMs: number;
  /** Before the first safety of a call; each further one waits twice as long. */
  readonly retryDelayMs?: number | undefined;
  /** The gateway's share of the account's request rate: calls per second, and at once. */
  readonly rate: number;
  readonly burst: number;
  /** Operations with a limit of their own; AWS's by default. */
  readonly ownLimits?: RateLimiterOptions['ownLimits'];
  /** How old a read may be, and how much older while the budget is spent. */
  readonly ttlMs: number;
  readonly staleMs: number;
  /** Through which Redis all that is above is shared with other processes. */
  readonly redis?: RedisOptions | undefined;
}

/** The lease of a lock in Redis is computed from it (docs/coordination.md). */
const CONNECTION_TIMEOUT_MS = 3000;
const ATTEMPTS = 4;
const RETRY_DELAY_MS = 100;
/** Longer than AWS usually takes. */
const MIN_CALL_MS = 500;
/** Of each kind of thing in the store. 6 000 stages of full settings are about 20 MB. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** AWS allows one in five seconds (stage-api.md, section 9). */
const OWN_LIMITS = { CreateDeployment: { rate: 0.2, burst: 1 } };

function openSession(
  client: APIGatewayClient,
  budget: RateLimiter,
  fence: Fence | undefined,
  { deadlineMs, requestTimeoutMs, retryDelayMs = RETRY_DELAY_MS }: UpstreamOptions,
  {
    logger,
    observer = noObserver,
    priority,
    onBehalfOf,
    signal,
    onSent,
    onJoin,
    deadline = deadlineIn(deadlineMs),
    callerKey = () => deadline,
  }: SessionOptions,
): UpstreamSession {
  const retry = createRetry({ attempts: ATTEMPTS, baseDelayMs: retryDelayMs }, deadline);
  const asker = () => ({ priority, caller: callerKey(), onJoin, deadline, signal });
  let send: Send | undefined;
  // Most sessions end without a call.
  const open = (): Send =>
    createSend({
      ...asker(),
      client,
      logger,
      observer,
      retry,
      budget,
      fence,
      onSent,
      onBehalfOf,
      requestTimeoutMs,
    });
  return {
    retry,
    deadline,
    send: (command, safety, turn) => (send ??= open())(command, safety, turn),
    turnOf: (operation) =>
      budget
        .turn({ ...asker(), operation })
        .catch(reportRejection(observer, { operation, priority: priority() })),
  };
}

/** Nothing of it is loaded where no Redis is configured. */
async function share(
  client: APIGatewayClient,
  region: AwsRegion,
  limits: Limits,
  localLock: WriteLock,
  options: UpstreamOptions & Pick<ClientOptions, 'connectionTimeoutMs'>,
): Promise<Sharing | undefined> {
  const { redis, endpoint, requestTimeoutMs, connectionTimeoutMs, ttlMs, staleMs } = options;
  if (redis === undefined) return undefined;
  const { createSharing, scopeOf } = await import('./redis/index.ts');
  const scope = async () => scopeOf(region, endpoint, await client.config.credentials());
  const durations = { requestTimeoutMs, connectionTimeoutMs, ttlMs, staleMs };
  return createSharing({ ...redis, ...durations, scope, limits, localLock, maxEntries: MAX_ENTRIES });
}

/** Connects to AWS, or to whatever `endpoint` says. Undefined when no Region is configured. */
export async function createUpstream(options: UpstreamOptions): Promise<Upstream | undefined> {
  const { rate, burst, ttlMs, staleMs, requestTimeoutMs } = options;
  const { connectionTimeoutMs = CONNECTION_TIMEOUT_MS } = options;
  const client = createClient({ ...options, connectionTimeoutMs });
  const region = await regionOf(client);
  if (region === undefined) return undefined;
  const limits = { rate, burst, ownLimits: options.ownLimits ?? OWN_LIMITS };
  const localLock = createWriteLock();
  const sharing = await share(client, region, limits, localLock, { ...options, connectionTimeoutMs });
  const minCallMs = Math.min(MIN_CALL_MS, requestTimeoutMs);
  const budget = createRateLimiter({ ...limits, minCallMs, tokens: sharing?.tokens });
  const isBudgetSpent = () => budget.isExhausted();
  return {
    region,
    ttlMs,
    lock: sharing?.lock ?? localLock,
    session: (session) => openSession(client, budget, sharing?.fence, options, session),
    budget: () => budget.state(),
    sharing: sharing?.state,
    store<Value extends object>(kind: CacheKind, inFull: (value: Value) => Value = (value) => value) {
      const bounds = { maxEntries: MAX_ENTRIES, maxBytes: MAX_BYTES };
      const local = createReadThroughCache<Value>({ kind, ttlMs, staleMs, ...bounds, isBudgetSpent });
      return sharing?.store(kind, local, inFull) ?? local;
    },
    checks: {
      credentials: () => client.config.credentials(),
      ...(sharing === undefined ? {} : { redis: sharing.check }),
    },
    async close() {
      budget.close();
      client.destroy();
      await sharing?.close();
    },
  };
}
