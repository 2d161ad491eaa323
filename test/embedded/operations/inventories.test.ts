import { GetGatewayResponsesCommand, GetModelsCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const ofApi = ['authorizers', 'models', 'requestvalidators', 'gatewayresponses'];

describe('resources that are not simulated', () => {
  it.each(['/usageplans', '/apikeys', '/vpclinks', '/domainnames'])('%s is empty', async (path) => {
    const { status, json } = await stageApi.raw('GET', path);
    expect([status, json]).toEqual([200, { item: [] }]);
    expect((await stageApi.raw('GET', `${path}?limit=0`)).status).toBe(400);
  });

  it.each(['authorizers', 'requestvalidators'])('an API has no %s', async (list) => {
    const { status, json } = await stageApi.raw('GET', `/restapis/petstore01/${list}`);
    expect([status, json]).toEqual([200, { item: [] }]);
  });

  it.each(ofApi)('an unknown API has no %s, not even an empty list', async (list) => {
    const { status, json } = await stageApi.raw('GET', `/restapis/nope/${list}`);
    expect([status, json]).toEqual([404, { message: 'Invalid API identifier specified 123456789012:nope' }]);
  });

  it('an API has the two default models, with ids that stay', async () => {
    const models = async (restApiId: string) =>
      (await stageApi.client().send(new GetModelsCommand({ restApiId }))).items;
    const petstore = await models('petstore01');
    expect(petstore).toMatchObject([
      { name: 'Empty', contentType: 'application/json', description: 'This is a default empty schema model' },
      { name: 'Error', contentType: 'application/json', description: 'This is a default error schema model' },
    ]);
    expect(JSON.parse(petstore?.[0]?.schema ?? '')).toEqual({
      $schema: 'http://json-schema.org/draft-04/schema#',
      title: 'Empty Schema',
      type: 'object',
    });
    expect(await models('petstore01')).toEqual(petstore);
    const ids = [petstore, await models('orders0002')].flatMap((list) => list?.map(({ id }) => id) ?? []);
    expect(ids.every((id) => /^[a-z0-9]{6}$/.test(id ?? ''))).toBe(true);
    expect(new Set(ids).size).toBe(4);
  });

  it('an API has the 21 default gateway responses', async () => {
    const command = new GetGatewayResponsesCommand({ restApiId: 'petstore01' });
    const { items, position } = await stageApi.client().send(command);
    expect([items?.length, position]).toEqual([21, undefined]);
    expect(items?.find(({ responseType }) => responseType === 'THROTTLED')).toEqual({
      responseType: 'THROTTLED',
      statusCode: '429',
      responseParameters: {},
      responseTemplates: { 'application/json': '{"message":$context.error.messageString}' },
      defaultResponse: true,
    });
    expect(items?.find(({ responseType }) => responseType === 'DEFAULT_4XX')).not.toHaveProperty(
      'statusCode',
    );
  });

  it('lists have pages', async () => {
    const list = '/restapis/petstore01/gatewayresponses?limit=20';
    const { json } = await stageApi.raw('GET', list);
    const { position } = json as { position: string };
    const rest = await stageApi.raw('GET', `${list}&position=${position}`);
    expect(rest.json).toEqual({ item: [expect.objectContaining({ responseType: 'WAF_FILTERED' })] });
  });
});
