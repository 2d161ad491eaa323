import { describe, expect, it } from '@jest/globals';
import { parseState } from '../../../src/embedded/state/parse-state.ts';
import { sampleData } from '../../../src/embedded/state/sample-data.ts';
import { useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();

describe('the sample data', () => {
  it('is a valid state, also after JSON', () => {
    const state = parseState(sampleData, 'sample');
    expect(parseState(JSON.parse(JSON.stringify(state)), 'file')).toEqual(JSON.parse(JSON.stringify(state)));
  });

  it('has the REST APIs, deployments and stages that the documentation names', async () => {
    const list = async (path: string, name: string): Promise<unknown[]> => {
      const { json } = await stageApi.raw('GET', path);
      if (json === null || typeof json !== 'object' || !('item' in json) || !Array.isArray(json.item))
        return [];
      return json.item.map((item: Record<string, unknown>) => item[name]);
    };
    expect(await list('/restapis', 'id')).toEqual(['petstore01', 'orders0002', 'billing003', 'search0004']);
    expect(await list('/restapis/petstore01/deployments', 'id')).toEqual(['dep001', 'dep002', 'dep003']);
    expect(await list('/restapis/petstore01/stages', 'stageName')).toEqual(['dev', 'staging', 'prod']);
    expect(await list('/restapis/orders0002/stages', 'stageName')).toEqual(['beta', 'live']);
    expect(await list('/restapis/billing003/stages', 'stageName')).toEqual(['prod']);
    expect(await list('/restapis/search0004/stages', 'stageName')).toEqual([]);
  });

  it('has a stage that uses everything', async () => {
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages/prod');
    expect(json).toMatchObject({
      deploymentId: 'dep001',
      canarySettings: { deploymentId: 'dep002', percentTraffic: 10 },
      cacheClusterSize: '0.5',
      cacheClusterStatus: 'AVAILABLE',
      documentationVersion: '1.0',
      tags: { team: 'pets', env: 'prod' },
      accessLogSettings: { format: expect.stringContaining('$context.requestId') },
      methodSettings: {
        '*/*': { throttlingBurstLimit: 500, throttlingRateLimit: 1000, loggingLevel: 'ERROR' },
        '~1pets/GET': { throttlingBurstLimit: 50, cacheTtlInSeconds: 60 },
        '~1pets~1{petId}/GET': { throttlingRateLimit: 200 },
        '~1orders/POST': expect.not.objectContaining({ loggingLevel: expect.anything() }),
        '~1/GET': { cachingEnabled: false },
      },
    });
  });

  it('has a dead key, an unthrottled and a blocked method', async () => {
    const { json } = await stageApi.raw('GET', '/restapis/orders0002/stages/live');
    expect(json).toMatchObject({
      methodSettings: {
        'orders/GET': { throttlingRateLimit: 5, throttlingBurstLimit: 10 },
        '~1orders/GET': { throttlingRateLimit: 50, throttlingBurstLimit: 100 },
        '~1orders~1{orderId}/DELETE': { throttlingRateLimit: -1, throttlingBurstLimit: -1 },
        '~1admin/GET': { throttlingRateLimit: 0, throttlingBurstLimit: 0 },
      },
    });
    expect(json).not.toHaveProperty('methodSettings.*/*');
  });
});
