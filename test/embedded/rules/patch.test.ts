import { type PatchOperation } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { long, short } from '../recorded-lists.ts';
import { badRequest, remove, replace, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const patch = (...operations: PatchOperation[]) => stageApi.patch('petstore01', 'dev', ...operations);
const patchProd = (...operations: PatchOperation[]) => stageApi.patch('petstore01', 'prod', ...operations);
const read = async (stageName: string) =>
  (await stageApi.raw('GET', `/restapis/petstore01/stages/${stageName}`)).text;
const add = (path: string, value: string): PatchOperation => ({ op: 'add', path, value });
const copy = (path: string, from: string): PatchOperation => ({ op: 'copy', path, from });

const logGroup = 'arn:aws:logs:us-east-1:123456789012:log-group:x';
const cannotRemove = (path: string) =>
  `Cannot remove method setting ${path} because there is no method setting for this method `;
const logFormat = '$context.requestId';
const accessLogPath =
  'Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]';
const invalidCopy = (path: string, from: string) =>
  `Invalid copy operation with path: ${path} and from ${from}. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]`;

describe('§4 what UpdateStage does', () => {
  it.each([
    [replace('/deploymentId', 'dep001'), { deploymentId: 'dep001' }],
    [replace('/description', 'new'), { description: 'new' }],
    [replace('/tracingEnabled', 'true'), { tracingEnabled: true }],
    [replace('/documentationVersion', '1.0'), { documentationVersion: '1.0' }],
    [replace('/clientCertificateId', 'cert'), { clientCertificateId: 'cert' }],
    [replace('/cacheClusterEnabled', 'true'), { cacheClusterEnabled: true, cacheClusterSize: '0.5' }],
    [replace('/variables/backend', 'x'), { variables: { backend: 'x', table: 'pets-dev' } }],
    [
      replace('/variables/more', 'x'),
      { variables: { backend: 'dev.petstore.example.com', table: 'pets-dev', more: 'x' } },
    ],
    [remove('/variables/table'), { variables: { backend: 'dev.petstore.example.com' } }],
    [replace('/canarySettings/percentTraffic', '50'), { canarySettings: { percentTraffic: 50 } }],
    [add('/accessLogSettings/format', logFormat), { accessLogSettings: { format: logFormat } }],
    [add('/accessLogSettings/destinationArn', logGroup), { accessLogSettings: { destinationArn: logGroup } }],
    [replace('/accessLogSettings/format', logFormat), { accessLogSettings: { format: logFormat } }],
  ])('%j works', async (operation, expected) => {
    const { status, json } = await stageApi.raw('PATCH', '/restapis/petstore01/stages/dev', {
      patchOperations: [operation],
    });
    expect(status).toBe(200);
    expect(json).toMatchObject(expected);
    expect(JSON.parse(await read('dev'))).toEqual(json);
  });

  it('applies operations in the order of the list, each to the result of the one before', async () => {
    const stage = await patch(
      replace('/canarySettings/percentTraffic', '0.0'),
      replace('/canarySettings/deploymentId', 'dep001'),
      copy('/deploymentId', '/canarySettings/deploymentId'),
      replace('/*/*/metrics/enabled', 'true'),
      remove('/*/*'),
      replace('/*/*/throttling/burstLimit', '5'),
    );
    expect(stage.deploymentId).toBe('dep001');
    expect(stage.methodSettings).toMatchObject({ '*/*': { metricsEnabled: false, throttlingBurstLimit: 5 } });
  });

  it('stores nothing if an operation fails, and returns the first error', async () => {
    const before = await read('prod');
    await expect(
      patchProd(
        replace('/description', 'never'),
        replace('/variables/more', 'x'),
        remove('/accessLogSettings'),
        replace('/first', 'x'),
        replace('/second', 'x'),
      ),
    ).rejects.toMatchObject(badRequest(`Invalid method setting path: /first. Must be one of: ${long}`));
    expect(await read('prod')).toBe(before);
  });

  it('applies concurrent updates completely', async () => {
    const writers = Array.from({ length: 40 }, (_, i) =>
      i % 4 === 3
        ? patch(replace(`/variables/half${i}`, 'x'), replace('/nope', 'x')).catch(() => undefined)
        : patch(replace(`/variables/a${i}`, 'x'), replace(`/variables/b${i}`, 'x')),
    );
    await Promise.all(writers);
    const { variables } = await patch();
    const names = Object.keys(variables ?? {});
    expect(names.filter((name) => name.startsWith('half'))).toEqual([]);
    expect(names.filter((name) => /^[ab]\d+$/.test(name))).toHaveLength(60);
  });

  it('takes 80 operations and refuses very many', async () => {
    const operations = Array.from({ length: 80 }, (_, i) => replace('/description', String(i)));
    expect((await patch(...operations)).description).toBe('79');
    await expect(patch(...operations, replace('/description', 'last'))).rejects.toMatchObject(
      badRequest('Update size too large. Try updating stage in multiple UpdateStage operations'),
    );
  });
});

describe('§4 Exact messages', () => {
  it.each([
    '/documentation_version',
    '/tags/tag1',
    '/canarySettings',
    '/canarySettings/badPath',
    'badpath/GET/metrics/enabled',
    '/stageName',
    '/webAclArn',
    '/variables',
    '/methodSettings',
    '/canarySettings/stageVariableOverrides',
    '/description/',
    '/',
    '',
    'description',
  ])('replace %s, which is no path, lists the paths', async (path) => {
    await expect(patch(replace(path, 'value'))).rejects.toMatchObject(
      badRequest(`Invalid method setting path: ${path}. Must be one of: ${long}`),
    );
  });

  it('replace of an unknown setting of a valid key lists the settings, without the key or a slash before it', async () => {
    await expect(patch(replace('/*/*/accessLogSettings/format', 'x'))).rejects.toMatchObject(
      badRequest(`Invalid method setting path: accessLogSettings/format. Must be one of: ${short}`),
    );
    await expect(patch(replace('/~1pets/GET/logging/logLevel', 'INFO'))).rejects.toMatchObject(
      badRequest(`Invalid method setting path: logging/logLevel. Must be one of: ${short}`),
    );
  });

  it.each([
    '/*/*',
    '/canarySettings/stageVariableOverrides',
    '/canarySettings/badPath',
    '/accessLogSettings/destinationArn',
    '/accessLogSettings/*',
    '/accessLogSettings/format',
    '/description',
    '/*/*/throttling/rateLimit',
    '/methodSettings',
    '/tags/team',
  ])('remove %s says that there is no such method setting, with a space at its end', async (path) => {
    await expect(patch(remove(path))).rejects.toMatchObject(badRequest(cannotRemove(path.slice(1))));
  });

  it('remove of a single setting is refused even when its key is there', async () => {
    await expect(patchProd(remove('/*/*/throttling/rateLimit'))).rejects.toMatchObject(
      badRequest(cannotRemove('*/*/throttling/rateLimit')),
    );
    await expect(patchProd(remove('/accessLogSettings/destinationArn'))).rejects.toMatchObject(
      badRequest(cannotRemove('accessLogSettings/destinationArn')),
    );
  });

  it.each([
    '/canarySettings/percentTraffic',
    '/canarySettings/deploymentId',
    '/canarySettings/stageVariableOverrides/x',
    '/description',
    '/variables/x',
    '/*/*/metrics/enabled',
    '/nope',
  ])('add %s is an invalid operation', async (path) => {
    await expect(patch(add(path, '1'))).rejects.toMatchObject(
      badRequest(`Invalid add operation with path: ${path}`),
    );
  });

  it.each(['move', 'test'] as const)('%s, legal in the enum, is an invalid operation', async (op) => {
    await expect(patch({ op, path: '/description', value: 'x', from: '/x' })).rejects.toMatchObject(
      badRequest(`Invalid ${op} operation with path: /description`),
    );
  });

  it.each([
    add('/accessLogSettings', 'x'),
    replace('/accessLogSettings', 'x'),
    add('/accessLogSettings/*', 'x'),
    replace('/accessLogSettings/*', 'x'),
    replace('/accessLogSettings/nope', 'x'),
    add('/accessLogSettings/toString', 'x'),
    replace('/accessLogSettings/', 'x'),
  ])('%j names the two access log paths', async (operation) => {
    await expect(patch(operation)).rejects.toMatchObject(badRequest(accessLogPath));
  });

  it.each([
    ['/variables', '/deploymentId'],
    ['/canarySettings/deploymentId', '/deploymentId'],
    ['/canarySettings/stageVariableOverrides', '/variables'],
    ['/description', '/canarySettings/deploymentId'],
    ['/deploymentId', '/canarySettings/stageVariableOverrides'],
    ['/variables', '/canarySettings/deploymentId'],
  ])('copy to %s from %s is rejected, with or without a canary', async (path, from) => {
    await expect(patch(copy(path, from))).rejects.toMatchObject(badRequest(invalidCopy(path, from)));
    await expect(patchProd(copy(path, from))).rejects.toMatchObject(badRequest(invalidCopy(path, from)));
  });

  it.each([
    ['/deploymentId', '/canarySettings/deploymentId'],
    ['/variables', '/canarySettings/stageVariableOverrides'],
  ])('copy to %s without a canary is not available', async (path, from) => {
    await expect(patch(copy(path, from))).rejects.toMatchObject(
      badRequest('Promotion not available. Canary does not exist.'),
    );
  });

  it.each(['/canarySettings/deploymentId', '/deploymentId'])(
    'replace %s refuses an unknown deployment',
    async (path) => {
      await expect(patch(replace(path, 'nope'))).rejects.toMatchObject(
        badRequest('Deployment id does not exist'),
      );
    },
  );

  it.each([
    ['/tracingEnabled', 'True'],
    ['/tracingEnabled', ''],
    ['/cacheClusterEnabled', '1'],
    ['/cacheClusterSize', '2'],
    ['/canarySettings/useStageCache', 'yes'],
    ['/canarySettings/percentTraffic', '101'],
    ['/canarySettings/percentTraffic', '-0.1'],
    ['/canarySettings/percentTraffic', ''],
    ['/canarySettings/percentTraffic', 'Infinity'],
    ['/canarySettings/percentTraffic', '0x10'],
    ['/documentationVersion', '9.9'],
    ['/deploymentId', ''],
    ['/variables/a~1b', 'x'],
  ])('replace %s refuses the value %j', async (path, value) => {
    await expect(patch(replace(path, value))).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('replace without a value, or nothing but an op, is refused', async () => {
    for (const operation of [
      { op: 'replace', path: '/description' },
      { op: 'replace' },
      { op: 'copy' },
      { op: 'remove' },
    ]) {
      const { status, headers } = await stageApi.raw('PATCH', '/restapis/petstore01/stages/dev', {
        patchOperations: [operation],
      });
      expect([operation, status, headers.get('x-amzn-errortype')]).toEqual([
        operation,
        400,
        'BadRequestException',
      ]);
    }
  });

  it('names a variable in its message as decoded', async () => {
    await expect(patch(replace('/variables/a~1b~0c', 'x'))).rejects.toMatchObject(
      badRequest('Invalid stage variable name: a/b~c.  Please use names with only word characters.'),
    );
  });
});

const unknownPath = (path: string) => `Invalid method setting path: ${path}. Must be one of: ${long}`;

describe('§4 a malformed path is rejected before its value is checked', () => {
  it.each<[PatchOperation, string]>([
    [{ op: 'replace', path: '/documentation_version' }, unknownPath('/documentation_version')],
    [{ op: 'replace', path: '/canarySettings' }, unknownPath('/canarySettings')],
    [{ op: 'replace' }, unknownPath('null')],
    [
      { op: 'replace', path: '/*/*/metrics' },
      `Invalid method setting path: metrics. Must be one of: ${short}`,
    ],
    [{ op: 'replace', path: '/accessLogSettings' }, accessLogPath],
    [{ op: 'add', path: '/accessLogSettings/*' }, accessLogPath],
    [{ op: 'add', path: '/variables/a' }, 'Invalid add operation with path: /variables/a'],
    [{ op: 'replace', path: '/description' }, 'Missing value for replace operation with path: /description'],
    [
      { op: 'replace', path: '/canarySettings/stageVariableOverrides/a' },
      'Missing value for replace operation with path: /canarySettings/stageVariableOverrides/a',
    ],
    [
      { op: 'add', path: '/accessLogSettings/format' },
      'Missing value for add operation with path: /accessLogSettings/format',
    ],
  ])('%j', async (operation, message) => {
    await expect(patch(operation)).rejects.toMatchObject(badRequest(message));
  });
});
