import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { reload, startProcess } from '../support/gateway-process.ts';
import { post } from '../support/post.ts';

const folder = mkdtempSync(join(tmpdir(), 'documents-'));
const file = (name: string) => join(folder, `${name}.graphql`);
const TYPENAME = '{ __typename }';
const REGIONS = '{ stageTargets { region } }';

const wasRead = (count: number): RegExp =>
  new RegExp(`"documents":${count},"msg":"the file of trusted documents was read again"`);

test('SIGHUP reads the trusted documents again; with mistakes they stay as they were', async () => {
  writeFileSync(file('typename'), TYPENAME);
  const gateway = startProcess({
    TRUSTED_DOCUMENTS: folder,
    TRUSTED_DOCUMENTS_ONLY: 'on',
    PORT: '0',
    EMBEDDED_PORT: '0',
    LOG_FORMAT: 'json',
  });
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  const statusOf = async (query: string) => (await post(url, { query })).status;
  expect([await statusOf(TYPENAME), await statusOf(REGIONS)]).toEqual([200, 403]);

  writeFileSync(file('regions'), REGIONS);
  await reload(gateway, wasRead(2));
  expect([await statusOf(TYPENAME), await statusOf(REGIONS)]).toEqual([200, 200]);

  writeFileSync(file('regions'), '{ stageTargets { nothing } }');
  rmSync(file('typename'));
  const said = await reload(gateway, /the trusted documents stay as they were/);
  expect(said).toContain(`${file('regions')}:1:18: Cannot query field`);
  expect([await statusOf(TYPENAME), await statusOf(REGIONS)]).toEqual([200, 200]);

  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
}, 60_000);
