import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { run } from '../support/run.ts';

const root = new URL('../../', import.meta.url).pathname;

interface Step {
  readonly commands: string;
  readonly output: string;
}

/** The command blocks of a page, each with the output that it shows. */
const stepsOf = (markdown: string): Step[] =>
  [...markdown.matchAll(/```sh stagegraph\n([^]*?)```\n\n```(?:text|yaml) output\n([^]*?)```/g)].map(
    ([, commands = '', output = '']) => ({ commands, output }),
  );

/** Runs commands in a shell, and gives all that they print. */
function shell(commands: string, folder: string, url: string): Promise<string> {
  const program = `${join(root, 'node_modules/.bin/tsx')} ${join(root, 'src/main.ts')}`;
  const child = spawn('sh', ['-c', `exec 2>&1\n${commands.replaceAll('npx stagegraph', program)}`], {
    cwd: folder,
    env: { ...process.env, STAGEGRAPH_URL: url },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

/** What differs from run to run. */
const steady = (text: string): string => text.replaceAll(/Plan: [\w-]{32}/g, 'Plan: …').trim();

test.each([
  ['docs/first-hour.md', 3],
  ['docs/tasks/keep-a-stage-in-git.md', 5],
  ['docs/policies.md', 2],
])(
  '%s runs as written',
  async (page, count) => {
    const gateway = await run();
    const folder = await mkdtemp(join(tmpdir(), 'command-pages-'));
    try {
      const steps = stepsOf(await readFile(join(root, page), 'utf8'));
      expect(steps).toHaveLength(count);
      for (const { commands, output } of steps) {
        expect({ commands, output: steady(await shell(commands, folder, gateway.url)) }).toEqual({
          commands,
          output: steady(output),
        });
      }
    } finally {
      await rm(folder, { recursive: true });
      await gateway.close();
    }
  },
  120_000,
);
