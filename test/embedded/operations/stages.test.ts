import {
  CreateStageCommand,
  type CreateStageCommandInput,
  DeleteStageCommand,
  GetStageCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { badRequest, manualClock, refusal, remove, replace, useStageApi } from '../stage-api.ts';

const clock = manualClock();
const stageApi = useStageApi({ now: clock.now });

const create = (input: Partial<CreateStageCommandInput>) =>
  stageApi
    .client()
    .send(
      new CreateStageCommand({ restApiId: 'search0004', stageName: 'new', deploymentId: 'sea001', ...input }),
    );
const read = async () => (await stageApi.raw('GET', '/restapis/search0004/stages/new')).json;
const variable = (name: string, value: string) =>
  create({ stageName: 'variable', variables: { [name]: value } });

describe('§3 CreateStage', () => {
  it('answers a stage without options with the members that are always there, and no others', async () => {
    const { status, json } = await stageApi.raw('POST', '/restapis/search0004/stages', {
      stageName: 'new',
      deploymentId: 'sea001',
    });
    expect(status).toBe(201);
    expect(json).toEqual({
      deploymentId: 'sea001',
      stageName: 'new',
      cacheClusterEnabled: false,
      cacheClusterStatus: 'NOT_AVAILABLE',
      methodSettings: {},
      tracingEnabled: false,
      createdDate: clock.seconds(),
      lastUpdatedDate: clock.seconds(),
    });
    expect(await read()).toEqual(json);
  });

  it('§2 keeps what it is given', async () => {
    const given = {
      description: 'd',
      variables: { a: 'b' },
      tracingEnabled: true,
      tags: { team: 'search' },
      cacheClusterEnabled: true,
      cacheClusterSize: '1.6' as const,
    };
    await create(given);
    expect(await read()).toMatchObject({ ...given, cacheClusterStatus: 'AVAILABLE' });
  });

  it('§2 omits empty tags, and shows a size without a cluster', async () => {
    await create({ tags: {}, cacheClusterSize: '1.6' });
    expect(await read()).not.toHaveProperty('tags');
    expect(await read()).not.toHaveProperty('variables');
    expect(await read()).toMatchObject({ cacheClusterEnabled: false, cacheClusterSize: '1.6' });
  });

  it('§8 keeps the empty map of variables of a new stage until its last variable is removed', async () => {
    await create({ variables: {} });
    expect(await read()).toMatchObject({ variables: {} });
    await stageApi.patch('search0004', 'new', replace('/description', 'd'));
    expect(await read()).toMatchObject({ variables: {} });
    await stageApi.patch('search0004', 'new', replace('/variables/a', 'b'));
    await stageApi.patch('search0004', 'new', remove('/variables/a'));
    expect(await read()).not.toHaveProperty('variables');
    await stageApi.raw('POST', '/restapis/search0004/deployments', { stageName: 'other', variables: {} });
    const { json } = await stageApi.raw('GET', '/restapis/search0004/stages/other');
    expect(json).toMatchObject({ variables: {} });
  });

  it('accepts only documentation versions that exist', async () => {
    await stageApi.raw('POST', '/restapis/search0004/documentation/versions', { documentationVersion: '1' });
    await create({ documentationVersion: '1' });
    expect(await read()).toMatchObject({ documentationVersion: '1' });
    await expect(create({ stageName: 'other', documentationVersion: '2' })).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });

  it('takes no access log, method settings, client certificate or web ACL', async () => {
    const { status } = await stageApi.raw('POST', '/restapis/search0004/stages', {
      stageName: 'new',
      deploymentId: 'sea001',
      accessLogSettings: { format: '$context.requestId' },
      methodSettings: { '*/*': { metricsEnabled: true } },
      clientCertificateId: 'x',
      webAclArn: 'x',
    });
    expect(status).toBe(201);
    const stage = await read();
    expect(stage).toMatchObject({ methodSettings: {} });
    for (const member of ['accessLogSettings', 'clientCertificateId', 'webAclArn']) {
      expect(stage).not.toHaveProperty(member);
    }
  });

  it.each(['bad stage', '$default', '', 'a/b', 'ü', 'a.b'])('refuses the name %j', async (stageName) => {
    await expect(create({ stageName })).rejects.toMatchObject(
      badRequest('Stage name only allows a-zA-Z0-9_'),
    );
  });

  it('allows a hyphen and 128 characters, not 129', async () => {
    const stageName = `-${'a'.repeat(127)}`;
    expect((await create({ stageName })).stageName).toBe(stageName);
    await expect(create({ stageName: `${stageName}a` })).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });

  it('refuses a name that is taken', async () => {
    await create({});
    await expect(create({})).rejects.toMatchObject(refusal(409, 'ConflictException', 'Stage already exists'));
  });

  it('refuses a deployment that does not exist, as its own or as its canary', async () => {
    const missing = badRequest('Deployment id does not exist');
    await expect(create({ deploymentId: 'nope' })).rejects.toMatchObject(missing);
    await expect(create({ canarySettings: { deploymentId: 'nope' } })).rejects.toMatchObject(missing);
    await expect(create({ deploymentId: '' })).rejects.toMatchObject(
      badRequest('DeploymentId cannot be empty'),
    );
    expect((await stageApi.raw('GET', '/restapis/search0004/stages')).json).toEqual({ item: [] });
  });

  it.each(['a-b', 'a b', '', 'a/b', 'ü', 'a.b'])('refuses a variable named %j', async (name) => {
    await expect(variable(name, 'x')).rejects.toMatchObject(
      badRequest(`Invalid stage variable name: ${name}.  Please use names with only word characters.`),
    );
  });

  it.each(['', '$LATEST', 'a|b', 'a"b', 'a\nb', 'ü'])('refuses a variable of value %j', async (value) => {
    await expect(variable('v', value)).rejects.toMatchObject(
      badRequest(
        "Invalid stage variable value of key v.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.",
      ),
    );
  });

  it('accepts in values the characters of the message and of the documentation', async () => {
    const value = 'Az09-._~:/?#&=, ';
    expect((await variable('v', value)).variables).toEqual({ v: value });
  });

  it('accepts names that are special in JavaScript', async () => {
    const variables = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, 'x']));
    await stageApi.raw('POST', '/restapis/search0004/stages', {
      stageName: 'new',
      deploymentId: 'sea001',
      variables,
    });
    await stageApi.patch(
      'search0004',
      'new',
      replace('/variables/hasOwnProperty', 'y'),
      remove('/variables/toString'),
    );
    const { text } = await stageApi.raw('GET', '/restapis/search0004/stages/new');
    expect(text).toContain('"variables":{"__proto__":"x","constructor":"x","hasOwnProperty":"y"}');
  });

  it('allows 100 variables of 64 and 512 characters, and no more', async () => {
    const variables = Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`v${i}`.padEnd(64, '_'), 'x'.repeat(512)]),
    );
    await create({ variables });
    const refused = { name: 'BadRequestException' };
    await expect(create({ stageName: 'a', variables: { ...variables, more: 'x' } })).rejects.toMatchObject(
      refused,
    );
    await expect(variable('v'.repeat(65), 'x')).rejects.toMatchObject(refused);
    await expect(variable('v', 'x'.repeat(513))).rejects.toMatchObject(refused);
    await expect(stageApi.patch('search0004', 'new', replace('/variables/more', 'x'))).rejects.toMatchObject(
      refused,
    );
  });

  it('rejects an unknown cache cluster size', async () => {
    const { status, headers, json } = await stageApi.raw('POST', '/restapis/search0004/stages', {
      stageName: 'new',
      deploymentId: 'sea001',
      cacheClusterSize: '2',
    });
    expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
    expect(json).toEqual({
      message:
        "1 validation error detected: Value '2' at 'createStageInput.cacheClusterSize' failed to satisfy constraint: Member must satisfy enum value set: [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237]",
    });
  });

  it.each([
    [{ tracingEnabled: 'true' }, 'class java.lang.String can not be converted to an Boolean'],
    [{ variables: { a: true } }, 'class java.lang.Boolean can not be converted to an String'],
    [{ canarySettings: { percentTraffic: '5' } }, 'class java.lang.String can not be converted to an Double'],
  ])('§1 refuses the members %j, of the wrong type', async (members, message) => {
    const { json } = await stageApi.raw('POST', '/restapis/search0004/stages', {
      stageName: 'new',
      deploymentId: 'sea001',
      ...members,
    });
    expect(json).toEqual({ message });
  });

  it.each([-1, 100.5, 1e300])('refuses a canary with %p percent', async (percentTraffic) => {
    await expect(create({ canarySettings: { percentTraffic } })).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });

  it('refuses reserved tags', async () => {
    await expect(create({ tags: { 'aws:x': 'y' } })).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('§9 allows ten stages per API', async () => {
    for (let i = 0; i < 10; i++) await create({ stageName: `s${i}` });
    await expect(create({})).rejects.toMatchObject({ name: 'BadRequestException' });
    stageApi.api().configure({ stagesPerApi: 11 });
    await expect(create({})).resolves.toMatchObject({ stageName: 'new' });
  });
});

describe('§8 Remaining fields', () => {
  const stage = (stageName: string) => ({ restApiId: 'petstore01', stageName });
  const unknown = refusal(404, 'NotFoundException', 'Invalid stage identifier specified');

  it('answers get, update and delete of an unknown stage with 404, with a lower-case s', async () => {
    const { client } = stageApi;
    await expect(client().send(new GetStageCommand(stage('nope')))).rejects.toMatchObject(unknown);
    await expect(stageApi.patch('petstore01', 'nope', remove('/x'))).rejects.toMatchObject(unknown);
    await client().send(new DeleteStageCommand(stage('dev')));
    await expect(client().send(new DeleteStageCommand(stage('dev')))).rejects.toMatchObject(unknown);
  });

  it('omits the variables of a stage after the last one is removed', async () => {
    await stageApi.patch('petstore01', 'dev', remove('/variables/backend'), remove('/variables/table'));
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages/dev');
    expect(json).not.toHaveProperty('variables');
  });

  it('accepts the removal of a variable that does not exist', async () => {
    const { $metadata } = await stageApi.patch('petstore01', 'dev', remove('/variables/nope'));
    expect($metadata.httpStatusCode).toBe(200);
  });

  it.each(['description', 'clientCertificateId', 'documentationVersion'])(
    'clears %s with ""',
    async (member) => {
      const value = member === 'documentationVersion' ? '1.0' : 'x';
      const set = await stageApi.patch('petstore01', 'dev', replace(`/${member}`, value));
      expect(set).toMatchObject({ [member]: value });
      await stageApi.patch('petstore01', 'dev', replace(`/${member}`, ''));
      const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages/dev');
      expect(json).not.toHaveProperty(member);
    },
  );

  it('shows web ACL, client certificate and system tags when they are there', async () => {
    const { json } = await stageApi.raw('GET', '/restapis/billing003/stages/prod');
    expect(json).toMatchObject({
      clientCertificateId: 'cert01',
      webAclArn: expect.stringMatching(/^arn:aws:wafv2:/),
      tags: { 'aws:cloudformation:stack-name': 'billing' },
    });
  });

  it('§2 moves lastUpdatedDate with every update, and leaves createdDate', async () => {
    clock.advance(10);
    const { createdDate, lastUpdatedDate } = await stageApi.patch(
      'petstore01',
      'dev',
      replace('/tracingEnabled', 'true'),
    );
    expect(createdDate).toEqual(new Date('2026-01-06T10:00:00Z'));
    expect(lastUpdatedDate).toEqual(new Date(clock.now()));
  });
});
