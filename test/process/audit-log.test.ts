import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startProcess } from '../support/gateway-process.ts';
import { graphqlAt } from '../support/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagegraph-'));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const CHANGE =
  'mutation { flushStageCache(input: { restApiId: "petstore01", stageName: "prod" }) { userErrors { code } } }';

test('while AUDIT_LOG cannot be written, changes are refused', async () => {
  const path = join(folder, 'audit.log');
  const gateway = startProcess({ PORT: '0', EMBEDDED_PORT: '0', AUDIT_LOG: path });
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  const change = async () => {
    const { errors = [] } = await graphqlAt(url)(CHANGE);
    return errors.map(({ extensions }) => extensions.code);
  };
  expect(await change()).toEqual([]);
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1);

  unlinkSync(path);
  mkdirSync(path);
  expect(await change()).toEqual([]);
  await gateway.said(
    /"msg":"the audit log cannot be written: .*\n.*"mutation":"flushStageCache".*"outcome":"OK"/,
  );
  expect(await change()).toEqual(['AUDIT_UNAVAILABLE']);
  const ready = await fetch(new URL('/readyz', url));
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', problems: ['audit'] }]);

  rmdirSync(path);
  expect(await change()).toEqual([]);
  expect(readFileSync(path, 'utf8').trim().split('\n')).toMatchObject([
    expect.stringContaining('"msg":"resumed"'),
    expect.stringContaining('"outcome":"OK"'),
  ]);
}, 60_000);
