import { failedWith } from '../../errors/upstream-error.ts';
import type { TargetKey } from '../../fleet/target.ts';
import { isLasting, reasonOf } from './crawl-failure.ts';
import type { CrawlCalls, CrawlMemory, CrawlTime, ListedStage, Pass } from './crawl-options.ts';

/** So many failures one after the other, and the target is given up until the next pass. */
const MAX_FAILURES_IN_A_ROW = 5;

export interface TargetPassOptions {
  readonly target: TargetKey;
  readonly calls: Pick<CrawlCalls, 'listApis' | 'listStages'>;
  readonly keepApis: CrawlMemory['keepApis'];
  readonly time: CrawlTime;
  /** Makes a call at the rate of the account. */
  readonly call: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
  /** The ids in the order in which their stages are read. */
  readonly order: (restApiIds: readonly string[]) => Promise<readonly string[]>;
  /** The stages of an API were read. */
  readonly listed: (restApiId: string, stages: readonly ListedStage[]) => void;
  readonly failed: (what: string, error: unknown) => void;
  /** Whether this process no longer crawls. */
  readonly isOver: () => boolean;
}

async function listApis({ target, calls, call }: TargetPassOptions): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  let position: string | undefined;
  do {
    const before = all.size;
    const from = position;
    const page = await call((signal) => calls.listApis(target, from, signal));
    for (const id of page.restApiIds) all.add(id);
    position = page.position;
    if (position !== undefined && all.size === before) throw new Error('a page brings no further API');
  } while (position !== undefined);
  return all;
}

/** Reads the stages of APIs. Returns why some could not be read, by API. */
async function listStages(
  options: TargetPassOptions,
  restApiIds: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const { target, calls, call, listed, failed, isOver } = options;
  const failures = new Map<string, unknown>();
  let inARow = 0;
  for (const restApiId of restApiIds) {
    if (isOver()) break;
    try {
      listed(restApiId, await call((of) => calls.listStages(target, restApiId, of)));
      inARow = 0;
    } catch (error) {
      // It was deleted since the list was read.
      if (failedWith(error, 'NOT_FOUND')) continue;
      failures.set(restApiId, error);
      if (!isOver()) failed('the stages of an API could not be listed', error);
      if (!isLasting(error)) inARow += 1;
    }
    if (inARow < MAX_FAILURES_IN_A_ROW) continue;
    const rest = restApiIds.slice(restApiIds.indexOf(restApiId) + 1);
    for (const id of rest) failures.set(id, failures.get(restApiId));
    break;
  }
  return failures;
}

/** Tries once more what may succeed now. */
async function listAllStages(
  options: TargetPassOptions,
  restApiIds: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const failures = await listStages(options, restApiIds);
  const again = [...failures].filter(([, error]) => !isLasting(error)).map(([id]) => id);
  const stillFailing = await listStages(options, again);
  return new Map([...failures].filter(([id, error]) => isLasting(error) || stillFailing.has(id)));
}

/** A pass over one target: all its APIs, then the stages of each. Undefined if it was aborted. */
export async function crawlTarget(options: TargetPassOptions): Promise<Pass | undefined> {
  const { target, time, keepApis, order, failed, isOver } = options;
  const startedAt = new Date(time.now());
  let restApiIds: ReadonlySet<string>;
  try {
    restApiIds = await listApis(options);
  } catch (error) {
    if (isOver()) return undefined;
    failed('the APIs of a target could not be listed', error);
    return { restApis: 0, complete: false, error: `The list of REST APIs: ${reasonOf(error)}` };
  }
  await keepApis(target, restApiIds, startedAt).catch((error: unknown) =>
    failed('deleted APIs could not be removed', error),
  );
  const failures = await listAllStages(options, await order([...restApiIds]));
  if (isOver()) return undefined;
  const [first] = failures.values();
  const error = `${failures.size} of ${restApiIds.size} REST APIs: ${reasonOf(first)}`;
  const complete = failures.size === 0;
  return { restApis: restApiIds.size, complete, error: complete ? null : error };
}
