import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { run } from '../support/run.ts';

/** Its own tests, as a reader of the example runs them: the compilers of all three clients first, then the clients. */
async function testsOf(folder: string, url: string): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, STAGEGRAPH_URL: url, NO_COLOR: '1' };
  try {
    const { stdout } = await promisify(execFile)('npm', ['test', '--prefix', folder], { env });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`, { cause: error });
  }
}

test('Apollo Client, urql and Relay do what docs/frontend.md says, against a gateway with a cache', async () => {
  const gateway = await run({ ttlMs: 60_000, staleMs: 60_000 });
  expect(await testsOf('examples/frontend', gateway.url)).toMatch(/Tests +(\d+) passed \(\1\)/);
  // It was this gateway that answered.
  expect(gateway.stageApi.calls()).toMatchObject({ UpdateStage: expect.any(Number) as unknown });
}, 120_000);
