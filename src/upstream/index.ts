import type { Logger } from '../logger.ts';
import { type AwsRegion, type ClientOptions, createClient, regionOf } from './client.ts';
import { createRetry, type Deadline, deadlineIn, type Retry } from './retry.ts';
import { createSend, type Send } from './send.ts';
import { createWriteLock, type WriteLock } from './write-lock.ts';

/** The way to AWS of one request: everything that it sends is bounded by its deadline and logged under its id. */
export interface UpstreamSession {
  readonly send: Send;
  readonly retry: Retry;
  readonly deadline: Deadline;
}

/** What lives as long as the process, and every request's data sources stand on. */
export interface Upstream {
  readonly region: AwsRegion;
  readonly lock: WriteLock;
  /** `logger` is the request's own. */
  readonly session: (logger: Logger) => UpstreamSession;
  readonly close: () => void;
}

export interface UpstreamOptions extends Omit<ClientOptions, 'connectionTimeoutMs'> {
  readonly requestTimeoutMs: number;
  /** For all that one request does upstream. */
  readonly deadlineMs: number;
}

const CONNECTION_TIMEOUT_MS = 3000;
const ATTEMPTS = 4;
const BASE_DELAY_MS = 100;

/** Connects to AWS, or to whatever `endpoint` says. Undefined when no Region is configured. */
export async function createUpstream(options: UpstreamOptions): Promise<Upstream | undefined> {
  const { deadlineMs, requestTimeoutMs } = options;
  const client = createClient({ ...options, connectionTimeoutMs: CONNECTION_TIMEOUT_MS });
  const region = await regionOf(client);
  if (region === undefined) return undefined;
  return {
    region,
    lock: createWriteLock(),
    session(logger) {
      const deadline = deadlineIn(deadlineMs);
      const retry = createRetry({ attempts: ATTEMPTS, baseDelayMs: BASE_DELAY_MS }, deadline);
      return { retry, deadline, send: createSend({ client, logger, retry, deadline, requestTimeoutMs }) };
    },
    close: () => client.destroy(),
  };
}
