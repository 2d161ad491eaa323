import type { Context } from './operations/operation.ts';
import { operations } from './operations/operations.ts';
import { createQuota } from './rules/quota.ts';
import { createRandomSource, type RandomSource } from './rules/random-source.ts';
import { lockStateFile, resolveLinks } from './state/file-lock.ts';
import { createStateFile, readStateFile } from './state/file.ts';
import { parseState } from './state/parse-state.ts';
import { sampleData } from './state/sample-data.ts';
import { emptyState, type State, type StateInput } from './state/state.ts';
import { createStore, isIdTaken, type Store } from './state/store.ts';
import { createCallLog, type LoggedRequest } from './wire/call-log.ts';
import { createModes, type ModeChanges, type Modes } from './wire/modes.ts';
import { createCommonHeaders } from './wire/responses.ts';
import { createStageApiServer, listen, stop } from './wire/server.ts';

export type { LoggedRequest, State, StateInput, ModeChanges };
export { emptyState, sampleData };

export interface EmbeddedStageApiOptions extends ModeChanges {
  /** 127.0.0.1 by default. */
  readonly host?: string | undefined;
  /** A free port by default. */
  readonly port?: number | undefined;
  /** Further accepted values of the header `Host`, also `*.suffix`; checked while `host` is a loopback address. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Of the example that the program prints; clients of every Region are served. us-east-1 by default. */
  readonly region?: string | undefined;
  /** Start with the state in this file, if it exists, and keep the state in it. */
  readonly dataFile?: string | undefined;
  /** The state to start with if there is no data file; the sample data by default. */
  readonly state?: StateInput | undefined;
  /** The system's clock, for the mode `clock` and the quota: epoch milliseconds, `Date.now` by default. */
  readonly now?: (() => number) | undefined;
  /** For `conflictRate` without a seed: returns a number from 0 up to 1; `Math.random` by default. */
  readonly random?: (() => number) | undefined;
  /** Called with errors of the server itself, such as a full disk. */
  readonly onProblem?: ((problem: unknown) => void) | undefined;
}

export interface EmbeddedStageApi {
  /** The endpoint for clients, such as `http://127.0.0.1:4001`. */
  readonly url: string;
  /**
   * The number of calls by operation name since the start or the last reset; without operations that were not called.
   */
  calls(): Readonly<Record<string, number>>;
  /** The last thousand requests to an operation, in order of arrival. */
  requests(): readonly LoggedRequest[];
  resetCalls(): void;
  /** Changes the given modes, like PATCH on the control path. */
  configure(modes: ModeChanges): void;
  /** Replaces the state, clears the call log and resets the modes to those of the start; with a seed, the ids too. */
  load(state: StateInput): Promise<void>;
  /** Deletes the state, and else does the same as `load`. */
  clear(): Promise<void>;
  /** The state, which `load` accepts. */
  state(): State;
  /** Stops listening, closes all connections and writes the state. */
  close(): Promise<void>;
}

/** Starts an embedded Stage API in this process; see docs/embedded-stage-api.md. */
export async function startEmbeddedStageApi(
  options: EmbeddedStageApiOptions = {},
): Promise<EmbeddedStageApi> {
  const { dataFile: path, onProblem = () => undefined } = options;
  if (path === undefined) return start(options);
  const dataFile = await resolveLinks(path);
  const release = await lockStateFile(dataFile);
  if (release === undefined) onProblem(new Error(`The state file ${path} cannot be locked`));
  try {
    const api = await start({ ...options, dataFile });
    return { ...api, close: () => api.close().finally(release) };
  } catch (error) {
    await release?.();
    throw error;
  }
}

function createContext(store: Store, now: () => number, { newId }: RandomSource, modes: Modes): Context {
  return {
    store,
    accountId: '123456789012',
    now,
    newId,
    cacheClusterClock: modes.cacheClusterClock,
    stagesPerApi: () => modes.current().stagesPerApi,
    hasCloudWatchLogsRole() {
      const { cloudWatchLogsRole, strict } = modes.current();
      return store.account.cloudwatchRoleArn !== undefined || (cloudWatchLogsRole && !strict);
    },
    isStrict: () => modes.current().strict,
    isLenient: () => modes.current().lenient,
  };
}

async function start(options: EmbeddedStageApiOptions): Promise<EmbeddedStageApi> {
  const { host = '127.0.0.1', port = 0, dataFile, now = Date.now, random = Math.random } = options;
  const { allowedHosts = [], onProblem = () => undefined } = options;
  const stored = dataFile === undefined ? undefined : await readStateFile(dataFile);
  const store = createStore(stored ?? parseState(options.state ?? sampleData, 'The given state'));
  // Limits refill and end while the clock of the dates is fixed.
  const quota = createQuota(now);
  const randomSource = createRandomSource((id) => isIdTaken(store, id), random);
  const modes = createModes(options, quota, randomSource);
  const clock = () => modes.fixedTime() ?? now();
  const file = dataFile === undefined ? undefined : createStateFile(dataFile, store);
  const save = () => file?.save() ?? Promise.resolve();
  const log = createCallLog();
  const load = async (state: unknown) => {
    store.restore(parseState(state, 'The given state'));
    modes.reset('start');
    log.reset();
    await save();
  };
  const clear = () => load(emptyState);
  const server = createStageApiServer({
    allowedHosts: [host, ...allowedHosts],
    operations,
    context: createContext(store, clock, randomSource, modes),
    modes,
    log,
    quota,
    snapshot: store.snapshot,
    load,
    clear,
    save,
    random: randomSource.random,
    commonHeaders: createCommonHeaders(clock, randomSource),
    onProblem,
  });
  // Before the first save, so that a port in use does not leave a new file behind.
  const url = await listen(server, port, host);
  try {
    // At the start, so that an unwritable file is reported now and not at the first change.
    await save();
  } catch (error) {
    await stop(server);
    throw error;
  }
  return {
    url,
    calls: log.counts,
    requests: log.requests,
    resetCalls: log.reset,
    configure: modes.configure,
    load,
    clear,
    state: store.snapshot,
    async close() {
      await stop(server);
      await save();
    },
  };
}
