import { type TargetKey, targetId } from '../../fleet/target.ts';
import type { CrawlOptions, CrawlTime } from './crawl-options.ts';
import { crawlTarget } from './crawl-target.ts';
import { createPace, withinLimit } from './crawl-time.ts';
import { createDeploymentBacklog } from './deployment-backlog.ts';
import { describeDeployments } from './describe-deployments.ts';
import { createPasses } from './passes.ts';

const CALL_TIMEOUT_MS = 60_000;
/** Beyond what the database layer waits itself. */
const DATABASE_MS = 10_000;
/** After the database failed. */
const PAUSE_MS = 10_000;

export interface AccountOptions extends CrawlOptions {
  readonly time: CrawlTime;
  readonly failed: (what: string, error: unknown) => void;
}

/** The targets whose last pass ended an interval ago or was never, those first that wait longest. */
function dueTargets(
  targets: readonly TargetKey[],
  ends: ReadonlyMap<string, number>,
  now: number,
  intervalMs: number,
): readonly TargetKey[] {
  const endOf = (target: TargetKey): number => ends.get(targetId(target)) ?? -Infinity;
  // A pass that ended in the future was recorded before a clock was set back.
  return targets
    .filter((target) => endOf(target) + intervalMs <= now || endOf(target) > now)
    .toSorted((a, b) => (endOf(a) === endOf(b) ? 0 : endOf(a) - endOf(b)));
}

/** Crawls the targets of an account in turn, pass after pass, until none is left or the signal is aborted. */
export async function crawlAccount(
  account: string,
  options: AccountOptions,
  signal: AbortSignal,
): Promise<void> {
  const { time, intervalMs, failed, describeDeployment } = options;
  const passes = createPasses(options.db);
  const pace = createPace(time, options.ratePerSecond);
  const backlog = createDeploymentBacklog(options.isDescribed);
  const isOver = (): boolean => signal.aborted;

  async function call<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    await pace(signal);
    return withinLimit(time, options.callTimeoutMs ?? CALL_TIMEOUT_MS, signal, work);
  }

  /** Undefined if the database does not answer. */
  const ask = <Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> =>
    withinLimit(time, DATABASE_MS, signal, work).catch((error: unknown) => {
      if (!isOver()) failed(what, error);
      return undefined;
    });

  async function pass(target: TargetKey): Promise<void> {
    const seen = backlog.beginPass(target);
    const result = await crawlTarget({
      ...{ target, calls: options, time, call, failed, isOver },
      keepApis: (...args) => withinLimit(time, DATABASE_MS, signal, () => options.keepApis(...args)),
      order: async (ids) =>
        (await ask('the age of stages is not known', () => passes.order(target, ids))) ?? ids,
      listed: seen.listed,
    });
    if (result === undefined) return;
    seen.end(result.complete);
    await ask('a pass could not be recorded', () => passes.store(target, result, time.now()));
    options.observer?.passed?.(target, result);
  }

  /** Waits for the next pass. Deployments may take as long as the pass has: each has half of the calls. */
  async function rest(passMs: number, restMs: number): Promise<void> {
    const start = time.monotonic();
    const isTime = () => !isOver() && time.monotonic() < start + Math.max(restMs, passMs);
    await describeDeployments(backlog, { describeDeployment, call, isTime, failed, isOver });
    await time.sleep(start + restMs - time.monotonic(), signal);
  }

  while (!isOver()) {
    const targets = options.targets().filter((target) => target.account === account);
    if (targets.length === 0) return;
    const ends = await ask('earlier passes are not known', () => passes.ends(targets));
    if (ends === undefined) {
      await time.sleep(PAUSE_MS, signal);
      continue;
    }
    const now = time.now();
    const due = dueTargets(targets, ends, now, intervalMs);
    const start = time.monotonic();
    for (const target of due) if (!isOver()) await pass(target);
    if (due.length > 0 && !isOver()) {
      await ask('targets that are gone could not be removed', () => passes.keepTargets(options.targets()));
    }
    const untilAllDue = Math.max(0, ...[...ends.values()].map((end) => end + intervalMs - now));
    await rest(time.monotonic() - start, due.length > 0 ? intervalMs : untilAllDue);
  }
}
