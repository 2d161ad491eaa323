import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, errorMessage } from '../errors/system-error.ts';
import { parseState } from './parse-state.ts';
import { type Stage, type State } from './state.ts';
import { type Store } from './store.ts';

/** Reads a state file; undefined when there is none yet. Anything else that is no state file is refused. */
export async function readStateFile(path: string): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw new Error(`The state file ${path} cannot be read: ${errorMessage(error)}`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not a state file: it is not JSON (${errorMessage(error)})`, { cause: error });
  }
  return parseState(json, path);
}

/** Stages are replaced whole, never changed, so the text of one that was written before is still right. */
const stageTexts = new WeakMap<Stage, string>();

function stageToText(stage: Stage): string {
  const known = stageTexts.get(stage);
  if (known !== undefined) return known;
  const text = JSON.stringify(stage);
  stageTexts.set(stage, text);
  return text;
}

/** Adds a list of ready texts to an object as its last member. */
const withList = (object: object, name: string, texts: readonly string[]) =>
  `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:[${texts.join(',')}]}`;

/** The text of a state file; with many stages, writing costs little more than what has changed. */
function stateToText({ restApis, ...state }: State): string {
  const texts = restApis.map(({ stages, ...api }) => withList(api, 'stages', stages.map(stageToText)));
  return `${withList(state, 'restApis', texts)}\n`;
}

async function syncDirectory(path: string) {
  // Makes the rename itself durable; some systems cannot open a directory, and there it is as durable as can be.
  const directory = await open(dirname(path), 'r').catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

/** Writes beside the file, syncs, then renames: a kill at any moment leaves the old file or the new one (POSIX). */
async function replaceFile(path: string, text: string) {
  // Always the same name, so that what a kill leaves behind is overwritten by the next write.
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new Error(`The state file ${path} cannot be written: ${errorMessage(error)}`, { cause: error });
  }
  await syncDirectory(path);
}

interface StateFile {
  /**
   * Resolves when the state as it is now, or a later one, is on disk; writes that meet share one. When a write fails,
   * the state is again what is on disk: every change since is undone, and every save that waits for it rejects.
   */
  save(): Promise<void>;
}

/** The state of `store` is taken for one that the file holds already, or that can be made again without it. */
export function createStateFile(path: string, store: Pick<Store, 'snapshot' | 'restore'>): StateFile {
  let saved = store.snapshot();
  let running: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;

  async function write(state: State) {
    try {
      await replaceFile(path, stateToText(state));
      saved = state;
      if (!waiting) running = undefined;
    } catch (error) {
      // All at once: a change made from now on belongs to the next write.
      running = waiting = undefined;
      store.restore(saved);
      throw error;
    }
  }
  const begin = () => (running = write(store.snapshot()));
  return {
    save() {
      if (!running) return begin();
      waiting ??= running.then(() => {
        waiting = undefined;
        return begin();
      });
      return waiting;
    },
  };
}
