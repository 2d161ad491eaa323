import { randomInt } from 'node:crypto';
import { type World } from './operations/operation.ts';
import { operations } from './operations/operations.ts';
import { createQuota } from './rules/quota.ts';
import { lockStateFile, resolveLinks } from './state/file-lock.ts';
import { createStateFile, readStateFile } from './state/file.ts';
import { parseState } from './state/parse-state.ts';
import { sampleData } from './state/sample-data.ts';
import { type StateInput } from './state/state.ts';
import { createStore, type Store } from './state/store.ts';
import { createCallLog, type LoggedRequest } from './wire/call-log.ts';
import { createModes, type ModeChanges, type Modes } from './wire/modes.ts';
import { createStageApiServer, listen, stop } from './wire/server.ts';

export type { LoggedRequest, StateInput, ModeChanges };

export interface EmbeddedStageApiOptions extends ModeChanges {
  /** 127.0.0.1 by default. */
  readonly host?: string | undefined;
  /** Any free one by default. */
  readonly port?: number | undefined;
  /** Values of `Host` that are answered beside this machine's own, also `*.suffix`, while `host` is a loopback address. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The Region in ARNs; us-east-1 by default. */
  readonly region?: string | undefined;
  /** Start from this file, when it is there, and keep the state in it. */
  readonly dataFile?: string | undefined;
  /** What to start from instead of the sample data, when there is no data file yet. */
  readonly state?: StateInput | undefined;
  /** Epoch milliseconds; the system's clock by default. */
  readonly now?: (() => number) | undefined;
  /** From 0 up to 1, for conflicts; Math.random by default. */
  readonly random?: (() => number) | undefined;
  /** Hears of problems that are the server's own, such as a full disk. */
  readonly onProblem?: ((problem: unknown) => void) | undefined;
}

export interface EmbeddedStageApi {
  /** `http://127.0.0.1:4001`, say: the endpoint to give to a client. */
  readonly url: string;
  /** Calls by operation name since the start or the last reset; an operation that was not called is not there. */
  calls(): Readonly<Record<string, number>>;
  /** The last thousand requests that reached an operation, in order of arrival. */
  requests(): readonly LoggedRequest[];
  resetCalls(): void;
  /** Sets the given teaching modes, as the control path does, and leaves the others. */
  configure(modes: ModeChanges): void;
  /** Starts anew from this state: no calls are counted, and the teaching modes are those that it was started with. */
  load(state: StateInput): Promise<void>;
  /** Stops listening, ends every connection and finishes writing the state. */
  close(): Promise<void>;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const newId = (length: number) =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

/** Starts an Amazon API Gateway Stage API of one's own; see docs/embedded-stage-api.md. */
export async function startEmbeddedStageApi(
  options: EmbeddedStageApiOptions = {},
): Promise<EmbeddedStageApi> {
  const { dataFile: given, onProblem = () => undefined } = options;
  if (given === undefined) return start(options);
  const dataFile = await resolveLinks(given);
  const release = await lockStateFile(dataFile);
  if (release === undefined) onProblem(new Error(`The state file ${given} cannot be locked`));
  try {
    const api = await start({ ...options, dataFile });
    return { ...api, close: () => api.close().finally(release) };
  } catch (error) {
    await release?.();
    throw error;
  }
}

function createWorld(store: Store, options: EmbeddedStageApiOptions, modes: Modes): World {
  const { region = 'us-east-1', now = Date.now } = options;
  return {
    store,
    region,
    accountId: '123456789012',
    now,
    newId,
    get cacheClusterClock() {
      return modes.cacheClusterClock();
    },
    get stagesPerApi() {
      return modes.current().stagesPerApi;
    },
    get hasLogsRole() {
      return modes.current().cloudWatchLogsRole;
    },
  };
}

/** The same, with a data file that nobody else uses. */
async function start(options: EmbeddedStageApiOptions): Promise<EmbeddedStageApi> {
  const { host = '127.0.0.1', port = 0, dataFile, now = Date.now, random = Math.random } = options;
  const { allowedHosts = [], onProblem = () => undefined } = options;
  const quota = createQuota(now);
  const modes = createModes(options, quota);
  const stored = dataFile === undefined ? undefined : await readStateFile(dataFile);
  const store = createStore(stored ?? parseState(options.state ?? sampleData, 'The given state'));
  const file = dataFile === undefined ? undefined : createStateFile(dataFile, store);
  const save = () => file?.save() ?? Promise.resolve();
  const log = createCallLog();
  const server = createStageApiServer({
    // Its own name is one of them.
    allowedHosts: [host, ...allowedHosts],
    operations,
    world: createWorld(store, options, modes),
    modes,
    log,
    quota,
    snapshot: store.snapshot,
    save,
    random,
    onProblem,
  });
  // In this order: a start that fails for want of the port leaves no file behind.
  const url = await listen(server, port, host);
  try {
    // Written at once, so that a file that cannot be written is known now and not at the first change.
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
    load(state) {
      store.restore(parseState(state, 'The given state'));
      modes.reset('start');
      log.reset();
      return save();
    },
    async close() {
      await stop(server);
      await save();
    },
  };
}
