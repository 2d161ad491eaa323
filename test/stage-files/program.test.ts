import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { sampleData } from '../../src/embedded/state/sample-data.ts';
import { defaultMethodSetting } from '../../src/embedded/state/state.ts';
import { run as runCommand, type StageFileCommand } from '../../src/stage-files/program.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { stored } from '../support/mutations.ts';
import { run, useGateway } from '../support/run.ts';

const gateway = useGateway({ isProtected: (name) => name === 'prod' });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stage-files-'));
});

interface Result {
  readonly code: number;
  readonly printed: string;
  readonly noted: string;
}

async function stagegraph(
  command: StageFileCommand,
  args: readonly string[],
  { url = gateway.url, token, isColored = false }: { url?: string; token?: string; isColored?: boolean } = {},
): Promise<Result> {
  let printed = '';
  let noted = '';
  const environment = { STAGEGRAPH_URL: url, ...(token === undefined ? {} : { STAGEGRAPH_TOKEN: token }) };
  const code = await runCommand(command, args, environment, {
    print: (text) => (printed += text),
    note: (text) => (noted += `${text}\n`),
    isColored,
  });
  return { code, printed, noted };
}

const petstore = (stage: string) => ['--api', 'petstore01', '--stage', stage];
async function fileOf(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
const exported = async (stage: string): Promise<string> =>
  fileOf(`${stage}.yaml`, (await stagegraph('export', petstore(stage))).printed);

describe('export', () => {
  test.each([
    ['petstore01', 'dev'],
    ['petstore01', 'staging'],
    ['petstore01', 'prod'],
    ['orders0002', 'beta'],
    ['billing003', 'prod'],
  ])('of %s/%s is a file that changes nothing', async (api, stage) => {
    const file = await stagegraph('export', ['--api', api, '--stage', stage, '--parts', everyPart]);
    expect(file).toMatchObject({ code: 0, noted: '' });
    const path = await fileOf('same.yaml', file.printed);
    expect(await stagegraph('plan', ['-f', path])).toEqual({
      code: 0,
      printed: 'Nothing to do: the stage is as the file says.\n',
      noted: '',
    });
  });

  test('of unusual values is one, too', async () => {
    const newEntry = { ...defaultMethodSetting, throttlingRateLimit: 0, throttlingBurstLimit: 0 };
    const restApis = sampleData.restApis.map((api) => ({
      ...api,
      stages: api.stages?.map((stage) => ({
        ...stage,
        accessLogSettings: { destinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:x' },
        methodSettings: { '*/*': newEntry, '~1pets/GET': { ...newEntry, cacheTtlInSeconds: 0 } },
      })),
    }));
    await gateway.stageApi.load({ ...sampleData, restApis });
    const path = await exported('dev');
    expect(await stagegraph('plan', ['-f', path])).toMatchObject({ code: 0, noted: '' });
  });

  test('owns all parts but deployments and canaries, unless others are chosen', async () => {
    const { desired, replace } = parse((await stagegraph('export', petstore('prod'))).printed) as {
      desired: object;
      replace: string[];
    };
    expect(replace).not.toContain('DEPLOYMENT');
    expect(desired).not.toHaveProperty('deploymentId');
    expect(desired).not.toHaveProperty('canarySettings');
    const some = await stagegraph('export', [...petstore('prod'), '--parts', 'TRACING,TAGS']);
    expect(Object.keys((parse(some.printed) as { desired: object }).desired)).toEqual([
      'tracingEnabled',
      'tags',
    ]);
  });

  test('says which stage there is not, and what is wrong with the command', async () => {
    expect(await stagegraph('export', petstore('nope'))).toMatchObject({
      code: 1,
      noted: expect.stringContaining('nope'),
    });
    expect(await stagegraph('export', ['--api', 'petstore01'])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('--api and --stage'),
    });
    expect(await stagegraph('export', [...petstore('dev'), '--parts', 'TAGZ'])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('TAGZ'),
    });
    expect(await stagegraph('export', ['--what'])).toMatchObject({ code: 1 });
    expect(await stagegraph('export', ['--help'])).toMatchObject({
      code: 0,
      printed: expect.stringContaining('STAGEGRAPH_TOKEN'),
    });
  });
});

const everyPart =
  'DEPLOYMENT,DESCRIPTION,CACHE_CLUSTER,METHOD_SETTINGS,VARIABLES,DOCUMENTATION_VERSION,ACCESS_LOG_SETTINGS,CANARY_SETTINGS,TRACING,CLIENT_CERTIFICATE,TAGS';

describe('plan and apply', () => {
  test('exit with 2 where there are changes, with 0 when they are made', async () => {
    const path = await exported('dev');
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace('tracingEnabled: false', 'tracingEnabled: true'),
    );
    const planned = await stagegraph('plan', ['-f', path]);
    expect(planned).toMatchObject({ code: 2, noted: '' });
    expect(planned.printed).toMatch(
      /^ {2}~ tracingEnabled {2}false → true\n0 to add, 1 to change, 0 to remove\. Plan: [\w-]{32}\n$/,
    );
    expect(await stored(gateway, 'dev')).not.toMatchObject({ tracingEnabled: true });
    const [, plan = ''] = /Plan: (\S+)/.exec(planned.printed) ?? [];
    expect(await stagegraph('apply', ['-f', path, '--expect-plan', plan])).toMatchObject({
      code: 0,
      printed: expect.stringContaining('Done: 0 added, 1 changed, 0 removed.'),
    });
    expect(await stored(gateway, 'dev')).toMatchObject({ tracingEnabled: true });
    const other = await fileOf('other.yaml', (await readFile(path, 'utf8')).replace('Newest code', 'Other'));
    const refused = await stagegraph('apply', ['-f', other, '--expect-plan', plan]);
    expect(refused).toMatchObject({ code: 1, noted: expect.stringContaining('PRECONDITION_FAILED') });
    // What would be done now.
    expect(refused.printed).toMatch(/~ description {2}Newest code → Other\n.* Plan: /);
    const json = await stagegraph('apply', ['-f', other, '--expect-plan', plan, '--json']);
    expect(JSON.parse(json.printed)).toMatchObject({ userErrors: [{ code: 'PRECONDITION_FAILED' }] });
    expect(await stagegraph('plan', ['-f', path])).toMatchObject({ code: 0 });
  });

  test('print JSON for other tools, and colours on a terminal', async () => {
    const path = await fileOf(
      'some.yaml',
      'restApiId: petstore01\nstageName: prod\ndesired:\n  tracingEnabled: false\n  description: null\n  tags: [{ key: new, value: x }]\n',
    );
    const json = await stagegraph('plan', ['-f', path, '--json']);
    expect(json.code).toBe(2);
    expect(JSON.parse(json.printed)).toMatchObject({
      changes: [{ part: 'DESCRIPTION' }, { part: 'TRACING' }, { part: 'TAGS' }],
      plan: expect.any(String),
    });
    const colored = await stagegraph('plan', ['-f', path], { isColored: true });
    for (const code of [31, 32, 33]) expect(colored.printed).toContain(`\u001b[${code}m`);
  });

  test('show nothing that changes the terminal', async () => {
    const stages = sampleData.restApis[0]?.stages?.map((stage) => ({
      ...stage,
      description: 'evil \u001b[2J\nDone',
    }));
    const [first, ...others] = sampleData.restApis;
    if (first === undefined || stages === undefined) throw new Error('no sample data');
    await gateway.stageApi.load({ ...sampleData, restApis: [{ ...first, stages }, ...others] });
    const path = await fileOf(
      'evil.yaml',
      'restApiId: petstore01\nstageName: dev\ndesired: { description: good }\n',
    );
    const { printed } = await stagegraph('plan', ['-f', path]);
    expect(printed).toContain('evil �[2J�Done → good');
  });

  test('ask for the confirmation of a protected stage only to apply', async () => {
    const path = await fileOf(
      'prod.json',
      JSON.stringify({ restApiId: 'petstore01', stageName: 'prod', desired: { description: 'x' } }),
    );
    expect(await stagegraph('plan', ['-f', path])).toMatchObject({ code: 2 });
    expect(await stagegraph('apply', ['-f', path])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('CONFIRMATION_REQUIRED'),
    });
    expect(await stagegraph('apply', ['-f', path, '--confirm', 'prod'])).toMatchObject({ code: 0 });
    expect(await stagegraph('plan', ['-f', path, '--confirm', 'prod'])).toMatchObject({ code: 1 });
  });

  test('make a new stage with create', async () => {
    const path = await fileOf(
      'fresh.yaml',
      'restApiId: petstore01\nstageName: fresh\ncreate: true\ndesired: { deploymentId: dep001, description: Fresh }\n',
    );
    expect(await stagegraph('plan', ['-f', path])).toMatchObject({ code: 2 });
    expect(await stagegraph('apply', ['-f', path])).toMatchObject({ code: 0 });
    expect(await stagegraph('plan', ['-f', path])).toMatchObject({ code: 0 });
  });
});

describe('a file with mistakes', () => {
  test('has every one of its form named, with line and column', async () => {
    const path = await fileOf(
      'bad.yaml',
      'restApiId: petstore01\nstage: prod\ndesired:\n  tracingEnabled: yes please\n  tagz: []\n  methodSettings:\n    - resourcePath: /pets\n      httpMethod: GOT\n      settings: { throttlingRateLimit: "5" }\n',
    );
    const { code, noted } = await stagegraph('plan', ['-f', path]);
    expect(code).toBe(1);
    const lines = noted
      .trim()
      .split('\n')
      .map((line) => line.replace(`${path}:`, ''));
    expect(lines.sort()).toEqual(
      [
        "1:1: the file must have required property 'stageName'.",
        '2:1: stage is not known.',
        '4:3: desired.tracingEnabled must be boolean or null.',
        '5:3: desired.tagz is not known.',
        '8:7: desired.methodSettings.0.httpMethod must be one of GET, PUT, POST, DELETE, PATCH, OPTIONS, HEAD, ANY, ALL.',
        '9:19: desired.methodSettings.0.settings.throttlingRateLimit must be number or null.',
      ].sort(),
    );
  });

  test('has every value named that the gateway refuses', async () => {
    const path = await fileOf(
      'refused.yaml',
      'restApiId: petstore01\nstageName: dev\ndesired:\n  variables:\n    - name: a-b\n      value: x\n  canarySettings:\n    percentTraffic: 101\n',
    );
    const { code, noted } = await stagegraph('plan', ['-f', path]);
    expect(code).toBe(1);
    expect(noted).toContain(`${path}:5:7: INVALID_INPUT: The name of a variable`);
    expect(noted).toContain(`${path}:8:5: INVALID_INPUT: percentTraffic`);
  });

  test.each([
    ['broken YAML', 'a: [', ':1:'],
    ['no object', '- a', 'the file must be object'],
    ['an unknown alias', 'stageName: *prod', 'broken.yaml:1:1: Unresolved alias'],
  ])('of %s is refused', async (_, content, says) => {
    const path = await fileOf('broken.yaml', content);
    expect(await stagegraph('plan', ['-f', path])).toMatchObject({
      code: 1,
      noted: expect.stringContaining(says),
    });
  });

  test('that is not there is refused', async () => {
    expect(await stagegraph('plan', ['-f', join(folder, 'none.yaml')])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('none.yaml'),
    });
    expect(await stagegraph('plan', [])).toMatchObject({ code: 1, noted: expect.stringContaining('--file') });
  });
});

describe('a gateway', () => {
  test('that does not answer, or is none, is named', async () => {
    const path = await exported('dev');
    expect(await stagegraph('plan', ['-f', path], { url: 'http://127.0.0.1:1/graphql' })).toMatchObject({
      code: 1,
      noted: expect.stringContaining('127.0.0.1:1'),
    });
    expect(await stagegraph('plan', ['-f', path], { url: gateway.stageApi.url })).toMatchObject({ code: 1 });
    expect(await stagegraph('plan', ['-f', path, '--url', 'nope'])).toMatchObject({ code: 1 });
  });

  test('gets the token, and hidden variables are not exported', async () => {
    const issuer: Issuer = await startIssuer();
    const guarded = await run({ auth: issuer.options });
    const as = async (scope: string, more: string[] = []) =>
      stagegraph('export', [...petstore('prod'), ...more], {
        url: guarded.url,
        token: await issuer.token(scope),
      });
    expect(await stagegraph('export', petstore('prod'), { url: guarded.url })).toMatchObject({ code: 1 });
    expect(await as('stages:read')).toMatchObject({
      code: 1,
      noted: expect.stringContaining('stages:variables'),
    });
    expect(await as('stages:read', ['--parts', 'TRACING'])).toMatchObject({ code: 0 });
    expect(await as('stages:read stages:variables')).toMatchObject({ code: 0 });
    await guarded.close();
  });
});
