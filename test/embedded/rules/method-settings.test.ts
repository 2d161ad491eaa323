import { type PatchOperation, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { startEmbeddedStageApi } from '../../../src/embedded/start.ts';
import { liveWithKeys } from '../../support/sample-states.ts';
import { long } from '../recorded-lists.ts';
import { badRequest, clientOf, remove, replace, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const patch = (...operations: PatchOperation[]) => stageApi.patch('petstore01', 'dev', ...operations);

const initial = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

describe('§5 Method settings', () => {
  it.each([
    ['metrics/enabled', 'true', { metricsEnabled: true }],
    ['logging/loglevel', 'ERROR', { loggingLevel: 'ERROR' }],
    ['logging/dataTrace', 'true', { dataTraceEnabled: true }],
    ['throttling/burstLimit', '7', { throttlingBurstLimit: 7 }],
    ['throttling/rateLimit', '7.5', { throttlingRateLimit: 7.5 }],
    ['caching/enabled', 'true', { cachingEnabled: true }],
    ['caching/ttlInSeconds', '3600', { cacheTtlInSeconds: 3600 }],
    ['caching/dataEncrypted', 'true', { cacheDataEncrypted: true }],
    ['caching/requireAuthorizationForCacheControl', 'false', { requireAuthorizationForCacheControl: false }],
    [
      'caching/unauthorizedCacheControlHeaderStrategy',
      'FAIL_WITH_403',
      { unauthorizedCacheControlHeaderStrategy: 'FAIL_WITH_403' },
    ],
  ])(
    'writing %s creates the whole entry, loggingLevel absent until set',
    async (setting, value, expected) => {
      const { methodSettings } = await patch(replace(`/~1pets/GET/${setting}`, value));
      expect(methodSettings).toEqual({ '~1pets/GET': { ...initial, ...expected } });
    },
  );

  it('copies the default entry into a new key; later changes do not affect the key', async () => {
    await patch(replace('/*/*/caching/enabled', 'true'), replace('/*/*/throttling/burstLimit', '123'));
    const first = await patch(replace('/test/GET/throttling/burstLimit', '124'));
    expect(first.methodSettings?.['test/GET']).toEqual({
      ...initial,
      cachingEnabled: true,
      throttlingBurstLimit: 124,
    });
    const later = await patch(
      replace('/*/*/throttling/burstLimit', '100'),
      replace('/*/*/metrics/enabled', 'true'),
    );
    expect(later.methodSettings?.['test/GET']).toEqual(first.methodSettings?.['test/GET']);
    expect(later.methodSettings?.['*/*']).toMatchObject({ throttlingBurstLimit: 100 });
  });

  it.each([
    ['/*/*', '*/*'],
    ['/~1/GET', '~1/GET'],
    ['/~1pets/GET', '~1pets/GET'],
    ['/~1pets~1{petId}~1toys/POST', '~1pets~1{petId}~1toys/POST'],
    ['/test/GET', 'test/GET'],
    ['/~1{proxy+}/DELETE', '~1{proxy+}/DELETE'],
    ['/~1a~0b/HEAD', '~1a~0b/HEAD'],
    ['/*/GET', '*/GET'],
    ['/tenant/{t}/codes/GET', 'tenant/{t}/codes/GET'],
  ])('stores the key of %s unchanged: %s', async (path, key) => {
    const { methodSettings } = await patch(replace(`${path}/metrics/enabled`, 'true'));
    expect(Object.keys(methodSettings ?? {})).toEqual([key]);
  });

  it('keeps test/GET and ~1test/GET apart', async () => {
    const { methodSettings } = await patch(
      replace('/test/GET/throttling/burstLimit', '1'),
      replace('/~1test/GET/throttling/burstLimit', '2'),
    );
    expect(methodSettings).toMatchObject({
      'test/GET': { throttlingBurstLimit: 1 },
      '~1test/GET': { throttlingBurstLimit: 2 },
    });
  });

  it.each([
    '//GET/metrics/enabled',
    '/GET/metrics/enabled',
    '//a/b/GET/metrics/enabled',
    '/a//b/GET/metrics/enabled',
    '/a/b/metrics/enabled',
    '/a/b/ANY/metrics/enabled',
    '/a/b/*/metrics/enabled',
    '/~1pets/get/metrics/enabled',
    '/~1pets/TRACE/metrics/enabled',
    '/{proxy+}/GET//throttling/burstLimit',
    '/profile/ANY/logging/loglevel',
    '/~1pets~1{petId}/ANY/metrics/enabled',
    '/~1{proxy+}/ANY/metrics/enabled',
    '/*/ANY/metrics/enabled',
    '/~1pets/*/metrics/enabled',
    '/*/FOO/metrics/enabled',
    '/~1pets/GET/metrics/enabled/',
    '/~1pets/GET/',
    '/~1pets/GET',
  ])('rejects the method setting path %s', async (path) => {
    await expect(patch(replace(path, 'true'))).rejects.toMatchObject(
      badRequest(`Invalid method setting path: ${path}. Must be one of: ${long}`),
    );
  });

  it('removes a key with all its settings, and only that key', async () => {
    const { methodSettings } = await stageApi.patch(
      'petstore01',
      'prod',
      remove('/~1pets/GET'),
      remove('/*/*'),
    );
    expect(Object.keys(methodSettings ?? {})).toEqual(['~1pets~1{petId}/GET', '~1orders/POST', '~1/GET']);
    await expect(stageApi.patch('petstore01', 'prod', remove('/*/*'))).rejects.toMatchObject(
      badRequest('Cannot remove method setting */* because there is no method setting for this method '),
    );
  });

  it.each([
    ['tenant/{t}/codes/GET', '/tenant/{t}/codes/GET'],
    ['tenant/{t}/codes/GET', '/tenant~1{t}~1codes~1GET'],
    ['/tenant/{t}/codes/GET', '//tenant/{t}/codes/GET'],
    ['/tenant/{t}/codes/GET', '/~1tenant~1{t}~1codes~1GET'],
  ])('removes the key %s by the path %s, and no other key', async (key, path) => {
    const api = await startEmbeddedStageApi({ state: liveWithKeys(key, '~1tenant~1{t}~1codes/GET') });
    const client = clientOf(api.url);
    const removal = { restApiId: 'orders0002', stageName: 'live', patchOperations: [remove(path)] };
    try {
      const { methodSettings } = await client.send(new UpdateStageCommand(removal));
      expect(Object.keys(methodSettings ?? {})).not.toContain(key);
      expect(Object.keys(methodSettings ?? {})).toContain('~1tenant~1{t}~1codes/GET');
      await expect(client.send(new UpdateStageCommand(removal))).rejects.toMatchObject({
        message: expect.stringContaining(`Cannot remove method setting ${path.slice(1)} because`),
      });
    } finally {
      client.destroy();
      await api.close();
    }
  });

  it('resets one setting when the key is removed and the others are written again in the same call', async () => {
    const { methodSettings } = await stageApi.patch(
      'petstore01',
      'prod',
      remove('/~1orders/POST'),
      replace('/~1orders/POST/throttling/burstLimit', '9'),
    );
    expect(methodSettings?.['~1orders/POST']).toMatchObject({
      throttlingBurstLimit: 9,
      loggingLevel: 'ERROR',
    });
  });

  it('accepts throttling -1, which disables it, and 0, which blocks', async () => {
    const { text } = await stageApi.raw('PATCH', '/restapis/petstore01/stages/dev', {
      patchOperations: [
        replace('/~1a/GET/throttling/rateLimit', '-1'),
        replace('/~1a/GET/throttling/burstLimit', '-1'),
        replace('/~1b/GET/throttling/rateLimit', '-1.0'),
        replace('/~1b/GET/throttling/burstLimit', '0'),
        replace('/~1c/GET/throttling/rateLimit', '0'),
      ],
    });
    expect(text).toContain('"throttlingBurstLimit":-1,"throttlingRateLimit":-1.0,');
    expect(text).toContain('"throttlingBurstLimit":0,"throttlingRateLimit":-1.0,');
    expect(text).toContain('"throttlingBurstLimit":5000,"throttlingRateLimit":0.0,');
  });

  it('keeps an explicit OFF', async () => {
    const { methodSettings } = await patch(replace('/*/*/logging/loglevel', 'OFF'));
    expect(methodSettings?.['*/*']?.loggingLevel).toBe('OFF');
  });

  it('enables caching without a cache cluster', async () => {
    const stage = await patch(replace('/*/*/caching/enabled', 'true'));
    expect(stage).toMatchObject({
      cacheClusterEnabled: false,
      methodSettings: { '*/*': { cachingEnabled: true } },
    });
  });

  it.each(['3601', '-1', '1.5', 'x', ''])('§4 refuses %j as a time to live', async (value) => {
    await expect(patch(replace('/*/*/caching/ttlInSeconds', value))).rejects.toMatchObject(
      badRequest('Invalid time-to-live setting, must be an integer no greater than 3600'),
    );
  });

  it.each([
    ['metrics/enabled', 'True'],
    ['logging/loglevel', 'DEBUG'],
    ['logging/loglevel', ''],
    ['throttling/burstLimit', '1.5'],
    ['throttling/burstLimit', '-2'],
    ['throttling/burstLimit', '99999999999'],
    ['throttling/rateLimit', '-0.5'],
    ['throttling/rateLimit', 'NaN'],
    ['throttling/rateLimit', '1e999'],
    ['caching/unauthorizedCacheControlHeaderStrategy', 'fail'],
  ])('refuses %s of %j', async (setting, value) => {
    await expect(patch(replace(`/*/*/${setting}`, value))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });

  it('§4 refuses execution logging when the account has no CloudWatch role', async () => {
    stageApi.api().configure({ cloudWatchLogsRole: false });
    await expect(patch(replace('/*/*/logging/loglevel', 'INFO'))).rejects.toMatchObject(
      badRequest('CloudWatch Logs role ARN must be set in account settings to enable logging'),
    );
    await expect(patch(replace('/*/*/logging/loglevel', 'OFF'))).resolves.toBeDefined();
  });
});
