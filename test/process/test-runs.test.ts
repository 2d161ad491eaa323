import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';

const SLOW = 60_000;

/** Runs one fixture as `npm test` runs its files, in one process. */
async function runFixture(name: string): Promise<{ code: number | null; output: string }> {
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      ...['--runInBand', '--config', 'test/process/fixtures/fixtures.config.js', name],
    ],
    { cwd: new URL('../..', import.meta.url), env: { ...process.env, NO_COLOR: '1' } },
  );
  let output = '';
  for (const stream of [jest.stdout, jest.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(jest, 'close')) as [number | null];
  return { code, output };
}

describe('a test run', () => {
  test(
    'with a failed hook shows the reason, runs no test of that suite, and ends by itself with code 1',
    async () => {
      const { code, output } = await runFixture('failing-hook');
      expect(output).toContain('the reason');
      expect(output).toContain('1 failed');
      expect(output).not.toContain('TypeError');
      expect(output).not.toContain('did not exit');
      expect(code).toBe(1);
    },
    SLOW,
  );

  test(
    'that leaves servers open ends by itself',
    async () => {
      const { code, output } = await runFixture('left-open');
      expect(output).toContain('1 passed');
      expect(code).toBe(0);
    },
    SLOW,
  );
});
