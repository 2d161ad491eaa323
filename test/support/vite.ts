import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { closeAfterwards } from './closing.ts';

export interface Build {
  /** The folder with what was built; ends with a slash. */
  readonly folder: URL;
  remove(): Promise<void>;
}

const viteOf = (root: string) => `${root}/node_modules/vite/bin/vite.js`;

/** Builds browser code from its sources as they are now, into a folder of its own: no test sees an old build. */
export async function buildWithVite(root: string): Promise<Build> {
  const path = await mkdtemp(join(tmpdir(), 'stagegraph-'));
  await promisify(execFile)(process.execPath, [
    viteOf(root),
    'build',
    ...['--config', `${root}/vite.config.ts`],
    ...['--outDir', path],
  ]);
  return {
    folder: pathToFileURL(`${path}/`),
    remove: closeAfterwards(() => rm(path, { recursive: true })),
  };
}
