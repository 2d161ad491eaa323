import { crawlAccount } from './crawl-account.ts';
import type { Crawl, CrawlOptions } from './crawl-options.ts';
import { realTime } from './crawl-time.ts';
import { createLease } from './lease.ts';
import { TTL_MS, workInTerms } from './term.ts';

export type {
  Crawl,
  CrawlCalls,
  CrawlMemory,
  CrawlObserver,
  CrawlOptions,
  CrawlTime,
  ListedApis,
  ListedStage,
  Pass,
} from './crawl-options.ts';

/** How often accounts are looked for that have come since. */
const ACCOUNTS_MS = 5000;

/**
 * Reads all stages of all targets again and again, slowly, so that the inventory knows those that no request asks for. One
 * process at a time; accounts in parallel, each at the rate, the targets of an account in turn.
 */
export function createCrawl(options: CrawlOptions): Crawl {
  const { time = realTime, observer, db, dialect, owner, databaseTime } = options;
  const closing = new AbortController();
  const failed = (what: string, error: unknown): void => observer?.failed?.(what, error);

  async function crawlAll(signal: AbortSignal): Promise<void> {
    const accounts = new Map<string, Promise<void>>();
    while (!signal.aborted) {
      for (const { account } of options.targets()) {
        if (accounts.has(account)) continue;
        const crawling = crawlAccount(account, { ...options, time, failed }, signal)
          .catch((error: unknown) => failed('the crawl of an account ended', error))
          .finally(() => accounts.delete(account));
        accounts.set(account, crawling);
      }
      await time.sleep(ACCOUNTS_MS, signal);
    }
    await Promise.all(accounts.values());
  }

  const running = workInTerms(
    {
      lease: createLease({ db, dialect, name: 'crawl', owner, ttlMs: TTL_MS, databaseTime }),
      time,
      work: crawlAll,
      leads: (isLeader) => observer?.leads?.(isLeader),
      failed,
    },
    closing.signal,
  );
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
