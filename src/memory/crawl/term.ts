import { setMaxListeners } from 'node:events';
import type { CrawlTime } from './crawl-options.ts';
import { withinLimit } from './crawl-time.ts';
import type { Lease } from './lease.ts';

export const TTL_MS = 30_000;
const RENEW_MS = 10_000;
/** The work ends so long before another process may begin it. */
const MARGIN_MS = 5000;
const RELEASE_MS = 1000;

export interface TermOptions {
  readonly lease: Lease;
  readonly time: CrawlTime;
  /** What only the owner of the lease does, until the signal is aborted. It does not reject. */
  readonly work: (signal: AbortSignal) => Promise<void>;
  readonly leads: (isLeader: boolean) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/**
 * Works whenever this process has the lease, until the signal is aborted. While the database is away, the lease cannot be
 * renewed, and nobody works.
 */
export async function workInTerms(options: TermOptions, signal: AbortSignal): Promise<void> {
  const { lease, time, failed } = options;

  /** Undefined: the database does not say. */
  const acquire = (): Promise<boolean | undefined> =>
    withinLimit(time, RENEW_MS, signal, lease.acquire).catch((error: unknown) => {
      if (!signal.aborted) failed('the lease of the crawl could not be acquired', error);
      return undefined;
    });

  /** Renews the lease until it is lost. */
  async function renew(since: number): Promise<void> {
    let heldUntil = since + TTL_MS - MARGIN_MS;
    while (time.monotonic() < heldUntil) {
      await time.sleep(Math.min(RENEW_MS, heldUntil - time.monotonic()), signal);
      if (signal.aborted) return;
      const askedAt = time.monotonic();
      const isHeld = await acquire();
      if (isHeld === false) return;
      if (isHeld === true) heldUntil = askedAt + TTL_MS - MARGIN_MS;
    }
  }

  async function serve(since: number): Promise<void> {
    const term = new AbortController();
    // Each account listens.
    setMaxListeners(0, term.signal);
    options.leads(true);
    const working = options.work(term.signal);
    await renew(since);
    term.abort();
    await working;
    options.leads(false);
  }

  while (!signal.aborted) {
    const askedAt = time.monotonic();
    if ((await acquire()) === true) await serve(askedAt);
    else await time.sleep(RENEW_MS, signal);
  }
  const never = new AbortController().signal;
  await withinLimit(time, RELEASE_MS, never, lease.release).catch((error: unknown) => {
    failed('the lease of the crawl could not be released; it expires', error);
  });
}
