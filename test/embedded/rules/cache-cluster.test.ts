import { FlushStageAuthorizersCacheCommand, FlushStageCacheCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { manualClock, refusal, replace, useStageApi } from '../stage-api.ts';

const clock = manualClock();
const stageApi = useStageApi({
  now: clock.now,
  cacheClusterClock: { createSeconds: 240, deleteSeconds: 60, flushSeconds: 10 },
});
const enable = (value: boolean) =>
  stageApi.patch('petstore01', 'dev', replace('/cacheClusterEnabled', String(value)));
const resize = (value: string) => stageApi.patch('petstore01', 'dev', replace('/cacheClusterSize', value));
const read = async (stageName = 'dev') =>
  (await stageApi.raw('GET', `/restapis/petstore01/stages/${stageName}`)).json;
const status = (cacheClusterStatus: string) => expect.objectContaining({ cacheClusterStatus });

describe('§8 Cache cluster', () => {
  it('is created, available, deleted and removed, each after its duration', async () => {
    expect(await enable(true)).toMatchObject({
      cacheClusterStatus: 'CREATE_IN_PROGRESS',
      cacheClusterSize: '0.5',
    });
    clock.advance(239);
    expect(await read()).toEqual(status('CREATE_IN_PROGRESS'));
    clock.advance(1);
    expect(await read()).toEqual(status('AVAILABLE'));
    expect(await enable(false)).toEqual(status('DELETE_IN_PROGRESS'));
    clock.advance(60);
    expect(await read()).toMatchObject({ cacheClusterStatus: 'NOT_AVAILABLE', cacheClusterEnabled: false });
    expect(await read()).not.toHaveProperty('cacheClusterSize');
  });

  it('shows the flush in progress', async () => {
    const flush = new FlushStageCacheCommand({ restApiId: 'petstore01', stageName: 'prod' });
    const { $metadata } = await stageApi.client().send(flush);
    expect($metadata.httpStatusCode).toBe(202);
    expect(await read('prod')).toEqual(status('FLUSH_IN_PROGRESS'));
    clock.advance(10);
    expect(await read('prod')).toEqual(status('AVAILABLE'));
  });

  it('is not changed by flushing the authorizers; flushing without a cluster has no effect', async () => {
    await stageApi
      .client()
      .send(new FlushStageAuthorizersCacheCommand({ restApiId: 'petstore01', stageName: 'prod' }));
    expect(await read('prod')).toEqual(status('AVAILABLE'));
    await stageApi.client().send(new FlushStageCacheCommand({ restApiId: 'petstore01', stageName: 'dev' }));
    expect(await read()).toEqual(status('NOT_AVAILABLE'));
  });

  it('is not created by a size alone', async () => {
    expect(await resize('1.6')).toEqual(status('NOT_AVAILABLE'));
    clock.advance(10_000);
    expect(await read()).toMatchObject({
      cacheClusterEnabled: false,
      cacheClusterSize: '1.6',
      cacheClusterStatus: 'NOT_AVAILABLE',
    });
    expect(await enable(true)).toMatchObject({ cacheClusterSize: '1.6' });
  });

  it('accepts size and cacheClusterEnabled in either order in one call', async () => {
    const size = replace('/cacheClusterSize', '6.1');
    const on = replace('/cacheClusterEnabled', 'true');
    expect(await stageApi.patch('petstore01', 'dev', size, on)).toMatchObject({ cacheClusterSize: '6.1' });
    expect(await stageApi.patch('petstore01', 'staging', on, size)).toMatchObject({
      cacheClusterSize: '6.1',
    });
  });

  it('is recreated for another size', async () => {
    await enable(true);
    clock.advance(240);
    expect(await resize('1.6')).toMatchObject({
      cacheClusterStatus: 'CREATE_IN_PROGRESS',
      cacheClusterSize: '1.6',
    });
    clock.advance(240);
    expect(await read()).toEqual(status('AVAILABLE'));
  });

  it('cannot be changed while a change is in progress, other settings can', async () => {
    await enable(true);
    const busy = refusal(
      409,
      'ConflictException',
      'A previous change is still in progress. Please try again later.',
    );
    await expect(enable(false)).rejects.toMatchObject(busy);
    await expect(resize('1.6')).rejects.toMatchObject(busy);
    await expect(stageApi.patch('petstore01', 'dev', replace('/description', 'x'))).resolves.toBeDefined();
    await expect(enable(true)).resolves.toBeDefined();
  });

  it('is available at once on the instant clock', async () => {
    stageApi.api().configure({ cacheClusterClock: 'instant' });
    expect(await enable(true)).toEqual(status('AVAILABLE'));
    expect(await enable(false)).toEqual(status('NOT_AVAILABLE'));
  });

  it('takes minutes on the realistic clock', async () => {
    stageApi.api().configure({ cacheClusterClock: 'realistic' });
    expect(await enable(true)).toEqual(status('CREATE_IN_PROGRESS'));
    clock.advance(60);
    expect(await read()).toEqual(status('CREATE_IN_PROGRESS'));
    clock.advance(181);
    expect(await read()).toEqual(status('AVAILABLE'));
  });
});
