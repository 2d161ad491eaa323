import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
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

export interface Preview {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves what was built, as its configuration says: with a proxy, for instance. */
export async function previewWithVite(
  root: string,
  build: Build,
  env: Record<string, string>,
): Promise<Preview> {
  const vite = spawn(
    process.execPath,
    [
      viteOf(root),
      'preview',
      ...['--config', `${root}/vite.config.ts`],
      ...['--outDir', fileURLToPath(build.folder)],
      ...['--host', '127.0.0.1', '--port', '0'],
    ],
    { env: { PATH: process.env.PATH, ...env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(vite, 'exit');
  const close = closeAfterwards(async () => {
    vite.kill('SIGKILL');
    await exited;
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [vite.stdout, vite.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const match = /http:\/\/127\.0\.0\.1:\d+\//.exec(said);
        if (match !== null) resolve(match[0]);
      });
    }
    void exited.then(() => reject(new Error(`vite preview ended: ${said}`)));
  });
  return {
    url,
    close,
  };
}
