import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startProcess } from '../support/gateway-process.ts';
import { graphqlAt } from '../support/run.ts';

const path = join(mkdtempSync(join(tmpdir(), 'targets-')), 'targets.yaml');

/** A file of embedded targets, by account. */
const write = (...accounts: readonly string[]): void =>
  writeFileSync(
    path,
    `targets:\n${accounts.map((account) => `  - account: "${account}"\n    regions: [us-east-1]\n    endpoint: embedded\n`).join('')}`,
  );

const env = { TARGETS: path, AUTH: 'off', PORT: '0', LOG_FORMAT: 'json' };

test('SIGHUP reads the file of targets again; a file with mistakes changes nothing', async () => {
  write('111122223333');
  const gateway = startProcess(env);
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  const accounts = async () => {
    const { data } = await graphqlAt(url)<{ stageTargets: { account: string }[] }>(
      '{ stageTargets { account } }',
    );
    return data.stageTargets.map(({ account }) => account);
  };
  expect(await accounts()).toEqual(['111122223333']);

  write('111122223333', '444455556666');
  gateway.process.kill('SIGHUP');
  await gateway.said(/"targets":2,"msg":"the file of targets was read again"/);
  expect(await accounts()).toEqual(['111122223333', '444455556666']);
  const { data } = await graphqlAt(url)(
    '{ stage(restApiId: "petstore01", stageName: "dev", account: "444455556666") { account } }',
  );
  expect(data).toEqual({ stage: { account: '444455556666' } });

  writeFileSync(path, 'targets: none');
  gateway.process.kill('SIGHUP');
  await gateway.said(/targets must be a list of targets.*the file of targets has mistakes/);
  expect(await accounts()).toEqual(['111122223333', '444455556666']);

  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
}, 60_000);

test('a file with mistakes stops the start, with each of them and those of the environment', async () => {
  writeFileSync(path, 'targets:\n  - account: 5\n    regionz: []\n');
  const gateway = startProcess({ ...env, PORT: 'any' });
  expect(await gateway.exited).toBe(1);
  expect(gateway.output()).toMatch(/^PORT: must be a whole number/m);
  expect(gateway.output()).toContain(
    `${path}:2:5: targets.0.account must be a string of twelve digits, in quotes.`,
  );
  expect(gateway.output()).toContain(`${path}:3:5: targets.0.regionz is not known`);
}, 60_000);
