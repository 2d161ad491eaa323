import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type GatewayProcess, reload, startProcess } from '../support/gateway-process.ts';
import { graphqlAt } from '../support/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'policies-'));
const policies = join(folder, 'policies.cedar');
const targets = join(folder, 'targets.yaml');

const PERMIT = 'permit (principal, action, resource);';
const NO_DELETIONS = `${PERMIT}\n@id("no-deletions")\nforbid (principal, action == Action::"deleteStage", resource);`;

const write = (text: string): void => writeFileSync(policies, text);
const env = { POLICIES: policies, AUTH: 'off', PORT: '0', EMBEDDED_PORT: '0', LOG_FORMAT: 'json' };

const urlOf = async (gateway: GatewayProcess): Promise<string> =>
  (await gateway.said(/GraphQL gateway: (\S+)/))[1] ?? '';

/** What a dry run of a deletion answers. */
async function tryDeletion(url: string): Promise<string> {
  const { errors } = await graphqlAt(url)(
    'mutation { deleteStage(input: { restApiId: "petstore01", stageName: "dev", dryRun: true }) { userErrors { code } } }',
  );
  return errors === undefined ? 'permitted' : (errors[0]?.message ?? '');
}
const FORBIDDEN = 'The policies do not permit deleteStage on stage "dev" of API "petstore01".';

const wasRead = (count: number): RegExp =>
  new RegExp(`"policies":${count},"msg":"the file of policies was read again"`);
const HAS_MISTAKES = /"msg":"the file of policies has mistakes: the policies stay as they were"/;

async function stop(gateway: GatewayProcess): Promise<void> {
  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
}

test('SIGHUP reads the file of policies again, and the next request is decided by it', async () => {
  write(PERMIT);
  const gateway = startProcess(env);
  const url = await urlOf(gateway);
  expect(await tryDeletion(url)).toBe('permitted');

  write(NO_DELETIONS);
  await reload(gateway, wasRead(2));
  expect(await tryDeletion(url)).toBe(FORBIDDEN);

  write('');
  await reload(gateway, wasRead(0));
  const { data, errors } = await graphqlAt(url)('{ stageTargets { account } }');
  expect({ data, errors }).toEqual({ data: { stageTargets: [] }, errors: undefined });

  write(PERMIT);
  await reload(gateway, wasRead(1));
  expect(await tryDeletion(url)).toBe('permitted');
  await stop(gateway);
}, 60_000);

test('a file with mistakes keeps the policies, and the log has the line and the column of each', async () => {
  write(NO_DELETIONS);
  const gateway = startProcess(env);
  const url = await urlOf(gateway);

  write(
    `// é\n${PERMIT}\nforbid (principal, action == Action::"dropStage", resource);\n${PERMIT.replace(';', '')} when { principal.nosuch };`,
  );
  const said = await reload(gateway, HAS_MISTAKES);
  expect(said).toContain(`${policies}:3:30: unrecognized action`);
  expect(said).toContain(`${policies}:4:45: attribute \`nosuch\``);
  expect(await tryDeletion(url)).toBe(FORBIDDEN);

  // What Cedar's parser would not survive.
  write(`${PERMIT.replace(';', '')} when { ${'('.repeat(3000)}true${')'.repeat(3000)} };`);
  expect(await reload(gateway, HAS_MISTAKES)).toContain(`${policies}:1:108: more than 64 brackets`);
  expect(await tryDeletion(url)).toBe(FORBIDDEN);

  write(`${PERMIT}\npermit (principal, action, resource) when { 1 == 2 };`);
  expect(await reload(gateway, wasRead(2))).toMatch(
    /"level":40[^\n]+policies\.cedar:2:1: policy is impossible/,
  );
  expect(await tryDeletion(url)).toBe('permitted');
  await stop(gateway);
}, 60_000);

test('a file with mistakes stops the start, with each of them and those of the environment', async () => {
  write(
    'permit (principal, action, resource);\npermit (principal, action == Action::"dropStage", resource);',
  );
  writeFileSync(targets, 'targets:\n  - account: 5\n');
  const gateway = startProcess({ ...env, TARGETS: targets, PORT: 'any' });
  expect(await gateway.exited).toBe(1);
  expect(gateway.output()).toMatch(/^stagegraph cannot start:$/m);
  expect(gateway.output()).toMatch(/^PORT: must be a whole number/m);
  expect(gateway.output()).toContain(`${targets}:2:5: targets.0.account must be`);
  expect(gateway.output()).toContain(`${policies}:2:30: unrecognized action \`Action::"dropStage"\``);
}, 60_000);

test('a file that is missing stops the start', async () => {
  const gateway = startProcess({ ...env, POLICIES: join(folder, 'nosuch.cedar') });
  expect(await gateway.exited).toBe(1);
  expect(gateway.output()).toMatch(/^POLICIES: ENOENT: no such file or directory/m);
}, 60_000);

test('with files of targets and of policies, one SIGHUP reads both', async () => {
  const targetsOf = (...accounts: readonly string[]): void =>
    writeFileSync(
      targets,
      `targets:\n${accounts.map((account) => `  - { account: "${account}", alias: a${account.slice(0, 4)}, regions: [us-east-1], endpoint: embedded }\n`).join('')}`,
    );
  const readable = async (url: string) => {
    const { data } = await graphqlAt(url)<{ stageTargets: { account: string }[] }>(
      '{ stageTargets { account } }',
    );
    return data.stageTargets.map(({ account }) => account);
  };
  targetsOf('111122223333', '444455556666');
  write(
    `${PERMIT}\nforbid (principal, action, resource) when { resource has alias && resource.alias == "a4444" };`,
  );
  const gateway = startProcess({ ...env, TARGETS: targets });
  const url = await urlOf(gateway);
  expect(await readable(url)).toEqual(['111122223333']);

  targetsOf('111122223333', '444455556666', '777788889999');
  write(
    `${PERMIT}\nforbid (principal, action, resource) when { resource has alias && resource.alias == "a1111" };`,
  );
  await reload(gateway, wasRead(2), /"targets":3,"msg":"the file of targets was read again"/);
  expect(await readable(url)).toEqual(['444455556666', '777788889999']);

  // Policies are asked about the aliases of now.
  writeFileSync(
    targets,
    'targets:\n  - { account: "111122223333", alias: other, regions: [us-east-1], endpoint: embedded }\n',
  );
  await reload(gateway, wasRead(2), /"targets":1,"msg":"the file of targets was read again"/);
  expect(await readable(url)).toEqual(['111122223333']);
  await stop(gateway);
}, 60_000);
