import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, errorMessage } from '../errors/system-error.ts';
import { parseState } from './parse-state.ts';
import type { State } from './state.ts';
import type { Store } from './store.ts';

/** Undefined if the file does not exist; throws if it is not a valid state file. */
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

/** The JSON of an item stays valid, because items are replaced and never modified. */
const itemTexts = new WeakMap<object, string>();

function itemToText(item: object): string {
  const cached = itemTexts.get(item);
  if (cached !== undefined) return cached;
  const text = JSON.stringify(item);
  itemTexts.set(item, text);
  return text;
}

/** The JSON of an object with more members, each a list of JSON texts. */
const withLists = (object: object, lists: Readonly<Record<string, readonly string[]>>) =>
  `${JSON.stringify(object).slice(0, -1)},${Object.entries(lists)
    .map(([name, texts]) => `${JSON.stringify(name)}:[${texts.join(',')}]`)
    .join(',')}}`;

/** Formats only the items that have changed since the last write. */
function stateToText({ restApis, ...state }: State): string {
  const texts = restApis.map(({ resources, deployments, documentationParts, stages, ...api }) =>
    withLists(api, {
      resources: resources.map(itemToText),
      deployments: deployments.map(itemToText),
      documentationParts: documentationParts.map(itemToText),
      stages: stages.map(itemToText),
    }),
  );
  return `${withLists(state, { restApis: texts })}\n`;
}

async function syncDirectory(path: string) {
  // Makes the rename durable. Some systems cannot open a directory.
  const directory = await open(dirname(path), 'r').catch(() => undefined);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}

/** Writes a temporary file, syncs and renames it: a killed process leaves the old file or the new one (POSIX). */
async function replaceFile(path: string, text: string) {
  // A fixed name, so that the next write overwrites the file that a killed process left.
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
   * Resolves when the current state, or a later one, is on disk; concurrent calls share a write. If a write fails, all
   * calls that wait for it reject, and the store goes back to the state on disk.
   */
  save(): Promise<void>;
}

/** The state of `store` at this time is the one to go back to if the first write fails. */
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
      // Synchronously, so that later changes belong to the next write.
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
