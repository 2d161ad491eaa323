import type { Kysely } from 'kysely';
import { UpstreamError, type UpstreamFailure } from '../../src/errors/upstream-error.ts';
import { type TargetKey, targetId } from '../../src/fleet/target.ts';
import { createCrawl, type CrawlOptions, type ListedStage, type Pass } from '../../src/memory/crawl/index.ts';
import type { Tables } from '../../src/memory/database/tables.ts';
import type { createVirtualTime } from './virtual-time.ts';

/** The APIs of each target, with their stages. */
export type Account = Record<string, Record<string, readonly ListedStage[]>>;

export interface Call {
  readonly at: number;
  readonly process: string;
  /** E.g. `stages 111122223333/eu-central-1 api1`. */
  readonly call: string;
}

export const targetOf = (name: string): TargetKey => {
  const [account = '', region = ''] = name.split('/');
  return { account, region };
};

export const failure = (kind: UpstreamFailure): UpstreamError =>
  new UpstreamError({
    failure: kind,
    operation: 'GetStages',
    awsMessage: 'arn:aws:iam::111122223333:role/x',
  });

/** AWS as the crawl sees it: two APIs a page. What calls do is scripted by their name. */
export function createScriptedAws(targets: Account, clock: ReturnType<typeof createVirtualTime>) {
  const calls: Call[] = [];
  const kept: string[] = [];
  const aborted: string[] = [];
  /** Instead of an answer, by call. */
  const script = new Map<string, () => Promise<never>>();
  const passes: (Pass & { readonly target: string })[] = [];
  const failures: string[] = [];

  async function answer<Result>(
    process: string,
    call: string,
    signal: AbortSignal,
    result: () => Result,
  ): Promise<Result> {
    calls.push({ at: clock.elapsed(), process, call });
    signal.addEventListener('abort', () => aborted.push(call));
    await script.get(call)?.();
    return result();
  }

  const optionsOf = (
    process: string,
  ): Pick<
    CrawlOptions,
    'targets' | 'listApis' | 'listStages' | 'describeDeployment' | 'keepApis' | 'observer'
  > => ({
    targets: () => Object.keys(targets).map(targetOf),
    listApis: (target, position, signal) =>
      answer(
        process,
        `apis ${targetId(target)}${position === undefined ? '' : ` ${position}`}`,
        signal,
        () => {
          const ids = Object.keys(targets[targetId(target)] ?? {});
          const start = Number(position ?? 0);
          const end = start + 2;
          return { restApiIds: ids.slice(start, end), position: end < ids.length ? String(end) : undefined };
        },
      ),
    listStages: (target, restApiId, signal) =>
      answer(
        process,
        `stages ${targetId(target)} ${restApiId}`,
        signal,
        () => targets[targetId(target)]?.[restApiId] ?? [],
      ),
    describeDeployment: (target, restApiId, deploymentId, signal) =>
      answer(process, `deployment ${targetId(target)} ${restApiId} ${deploymentId}`, signal, () => undefined),
    keepApis: (target, ids) => {
      kept.push(`${targetId(target)} ${[...ids].join(' ')}`);
      return Promise.resolve();
    },
    observer: {
      passed: (target, pass) => passes.push({ target: targetId(target), ...pass }),
      failed: (what) => failures.push(what),
    },
  });

  return { calls, kept, aborted, script, passes, failures, optionsOf, targets };
}

export const startCrawl = (
  {
    db,
    aws,
    clock,
    process,
  }: {
    readonly db: Kysely<Tables>;
    readonly aws: ReturnType<typeof createScriptedAws>;
    readonly clock: ReturnType<typeof createVirtualTime>;
    readonly process: { readonly name: string; readonly time: CrawlOptions['time'] };
  },
  options: Partial<CrawlOptions> = {},
) =>
  createCrawl({
    ...aws.optionsOf(process.name),
    ...{ db, dialect: 'sqlite', owner: process.name, databaseTime: clock.databaseTime },
    ...{ ratePerSecond: 1, intervalMs: 300_000 },
    ...(process.time === undefined ? {} : { time: process.time }),
    ...options,
  });
