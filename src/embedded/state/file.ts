import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errorCode, errorMessage } from '../errors/system-error.ts';
import { type Stage, stateSchema, type State } from './state.ts';
import { type Store } from './store.ts';

/** Refers a stage to deployments and documentation versions that exist, and names nothing twice. */
function contradictions(state: State): string[] {
  const problems: string[] = [];
  const unique = (names: readonly string[], what: string) => {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) problems.push(`${what} "${twice}" is there twice`);
  };
  unique(
    state.restApis.map(({ id }) => id),
    'REST API',
  );
  for (const api of state.restApis) {
    const where = `REST API "${api.id}":`;
    const deployments = new Set(api.deployments.map(({ id }) => id));
    const versions = new Set(api.documentationVersions.map(({ version }) => version));
    unique(
      api.deployments.map(({ id }) => id),
      `${where} deployment`,
    );
    unique(
      api.stages.map(({ stageName }) => stageName),
      `${where} stage`,
    );
    unique(
      api.documentationVersions.map(({ version }) => version),
      `${where} documentation version`,
    );
    for (const stage of api.stages) {
      const name = `${where} stage "${stage.stageName}"`;
      const { canarySettings: canary, documentationVersion: version, cacheClusterStatus: status } = stage;
      for (const id of new Set([stage.deploymentId, canary?.deploymentId ?? stage.deploymentId]))
        if (!deployments.has(id)) problems.push(`${name} has no deployment "${id}"`);
      if (version !== undefined && !versions.has(version))
        problems.push(`${name} has no documentation version "${version}"`);
      const hasCluster = status !== 'NOT_AVAILABLE' && status !== 'DELETE_IN_PROGRESS';
      if (stage.cacheClusterEnabled !== hasCluster)
        problems.push(`${name} has cacheClusterEnabled ${stage.cacheClusterEnabled} and is ${status}`);
    }
  }
  return problems;
}

/** Checks what a file, or a caller, gives as a state; the message names every mistake, up to ten. */
export function parseState(given: unknown, name: string): State {
  const parsed = stateSchema.safeParse(given);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : z
        .prettifyError(parsed.error)
        .split('\n')
        .map((line) => line.trim());
  if (parsed.success && problems.length === 0) return parsed.data;
  const shown = problems.slice(0, 10).map((problem) => `  ${problem}`);
  const more = problems.length > shown.length ? [`  … and ${problems.length - shown.length} more`] : [];
  throw new Error([`${name} is not a state of the embedded Stage API:`, ...shown, ...more].join('\n'));
}

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
