import type { Logger } from '../logger.ts';
import { type AwsRegion, type ClientOptions, createClient, regionOf } from './client.ts';
import { createSend, type Send } from './send.ts';
import { createWriteLock, type WriteLock } from './write-lock.ts';

/** What lives as long as the process, and every request's data sources stand on. */
export interface Upstream {
  readonly send: Send;
  readonly region: AwsRegion;
  readonly lock: WriteLock;
  readonly close: () => void;
}

export interface UpstreamOptions extends Omit<ClientOptions, 'connectionTimeoutMs'> {
  /** All attempts of one call, and the waits between them. */
  readonly deadlineMs: number;
}

const CONNECTION_TIMEOUT_MS = 3000;
const ATTEMPTS = 4;
const BASE_DELAY_MS = 100;

/** Connects to AWS, or to whatever `endpoint` says. Throws when no Region is configured. */
export async function createUpstream(options: UpstreamOptions, logger: Logger): Promise<Upstream> {
  const client = createClient({ ...options, connectionTimeoutMs: CONNECTION_TIMEOUT_MS });
  const region = await regionOf(client);
  const { deadlineMs } = options;
  return {
    send: createSend(client, logger, { attempts: ATTEMPTS, deadlineMs, baseDelayMs: BASE_DELAY_MS }),
    region,
    lock: createWriteLock(),
    close: () => client.destroy(),
  };
}
