import { CreateRestApiCommand, DeleteRestApiCommand, GetRestApiCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { badRequest, manualClock, refusal, useStageApi } from '../stage-api.ts';

const clock = manualClock();
const stageApi = useStageApi({ now: clock.now });

describe('§1 Neighbouring resources: RestApi', () => {
  it('answers a creation with the members that AWS always sends, and no others', async () => {
    const { status, json } = await stageApi.raw('POST', '/restapis', { name: 'plain' });
    expect(status).toBe(201);
    expect(json).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      name: 'plain',
      createdDate: clock.seconds(),
      apiKeySource: 'HEADER',
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { ipAddressType: 'ipv4', types: ['EDGE'] },
      rootResourceId: expect.stringMatching(/^[a-z0-9]{10}$/),
    });
  });

  it('sends description, version, tags and binaryMediaTypes when they are set, on create, get and list alike', async () => {
    const set = { description: 'd', version: 'v', tags: { a: 'b' }, binaryMediaTypes: ['image/png'] };
    const { $metadata, ...created } = await stageApi
      .client()
      .send(new CreateRestApiCommand({ name: 'full', ...set }));
    expect($metadata.httpStatusCode).toBe(201);
    expect(created).toMatchObject(set);
    const got = await stageApi.client().send(new GetRestApiCommand({ restApiId: created.id }));
    expect(got).toMatchObject(created);
    const { json } = await stageApi.raw('GET', '/restapis');
    expect(json).toMatchObject({ item: { 4: { id: created.id, ...set } } });
  });

  it('refuses an empty description', async () => {
    const created = stageApi.client().send(new CreateRestApiCommand({ name: 'x', description: '' }));
    await expect(created).rejects.toMatchObject(badRequest('Description cannot be an empty string'));
  });

  it('rejects a creation without a name, or with an unknown type of endpoint', async () => {
    const { json } = await stageApi.raw('POST', '/restapis', { endpointConfiguration: { types: ['MOON'] } });
    expect(json).toEqual({
      message:
        "2 validation errors detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null; Value '[MOON]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]",
    });
  });

  it('creates private APIs with dualstack, and others with ipv4 by default', async () => {
    const made = async (endpointConfiguration: object) =>
      (await stageApi.raw('POST', '/restapis', { name: 'n', endpointConfiguration })).json;
    const has = (endpointConfiguration: object) => expect.objectContaining({ endpointConfiguration });
    expect(await made({ types: ['PRIVATE'] })).toEqual(
      has({ ipAddressType: 'dualstack', types: ['PRIVATE'] }),
    );
    expect(await made({ types: ['PRIVATE'], ipAddressType: 'dualstack' })).toEqual(
      has({ ipAddressType: 'dualstack', types: ['PRIVATE'] }),
    );
    expect(await made({ types: ['REGIONAL'] })).toEqual(has({ ipAddressType: 'ipv4', types: ['REGIONAL'] }));
    expect(await made({ ipAddressType: 'dualstack' })).toEqual(
      has({ ipAddressType: 'dualstack', types: ['EDGE'] }),
    );
  });

  it.each([
    [
      { types: ['PRIVATE'], ipAddressType: 'ipv4' },
      'Only dualstack ipAddressType is supported for Private APIs.',
    ],
    [{ types: [] }, 'REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.'],
    [{ types: ['REGIONAL', 'EDGE'] }, 'Cannot create an api with multiple Endpoint Types.'],
  ])('refuses the endpoint %j, after an empty description', async (endpointConfiguration, message) => {
    const create = (members: object) =>
      stageApi.raw('POST', '/restapis', { name: 'n', endpointConfiguration, ...members });
    const refused = await create({});
    expect([refused.status, refused.headers.get('x-amzn-errortype'), refused.json]).toEqual([
      400,
      'BadRequestException',
      { message },
    ]);
    expect((await create({ description: '' })).json).toEqual({
      message: 'Description cannot be an empty string',
    });
  });

  it('returns empty tags from GetRestApi, and none on creation and in lists', async () => {
    const created = await stageApi.raw('POST', '/restapis', { name: 'n' });
    expect(created.json).not.toHaveProperty('tags');
    const { id } = created.json as { id: string };
    expect((await stageApi.raw('GET', `/restapis/${id}`)).json).toMatchObject({ tags: {} });
    const list = (await stageApi.raw('GET', '/restapis')).json as { item: { id: string }[] };
    expect(list.item.find((api) => api.id === id)).not.toHaveProperty('tags');
  });

  it.each(['1e999', '-1e999', '1e20', '2147483648', '-2147483649'])(
    'refuses %s, which no integer can hold, as it refuses a wrong type',
    async (number) => {
      const body = `{"name":"n","minimumCompressionSize":${number}}`;
      const { status, headers, json } = await stageApi.raw('POST', '/restapis', body);
      expect([status, headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
      expect(json).toEqual({
        message:
          'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an Integer',
      });
    },
  );

  it('accepts compression sizes from 0 to 10485760 bytes, and rejects others', async () => {
    const create = (minimumCompressionSize: number) =>
      stageApi.client().send(new CreateRestApiCommand({ name: 'n', minimumCompressionSize }));
    await expect(create(0)).resolves.toMatchObject({ minimumCompressionSize: 0 });
    await expect(create(10_485_760)).resolves.toMatchObject({ minimumCompressionSize: 10_485_760 });
    const refused = badRequest('Invalid minimum compression size, must be between 0 and 10485760');
    await expect(create(-1)).rejects.toMatchObject(refused);
    await expect(create(10_485_761)).rejects.toMatchObject(refused);
  });

  it('deletes an API with its stages and deployments', async () => {
    const { $metadata } = await stageApi.client().send(new DeleteRestApiCommand({ restApiId: 'petstore01' }));
    expect($metadata.httpStatusCode).toBe(202);
    const { status } = await stageApi.raw('GET', '/restapis/petstore01/stages/prod');
    expect(status).toBe(404);
  });

  it.each([
    ['GET', '/restapis/nope'],
    ['DELETE', '/restapis/nope'],
    ['GET', '/restapis/nope/stages'],
    ['GET', '/restapis/nope/stages/x'],
    ['DELETE', '/restapis/nope/stages/x'],
    ['PATCH', '/restapis/nope/stages/x'],
    ['GET', '/restapis/nope/deployments'],
    ['POST', '/restapis/nope/deployments'],
    ['GET', '/restapis/nope/documentation/versions'],
  ])('§8 answers %s %s, of an unknown API, with account and API in the message', async (method, path) => {
    const { status, headers, json } = await stageApi.raw(method, path, method === 'GET' ? undefined : {});
    expect([status, headers.get('x-amzn-errortype')]).toEqual([404, 'NotFoundException']);
    expect(json).toEqual({ message: 'Invalid API identifier specified 123456789012:nope' });
  });

  it('§9 rejects the 121st edge API and the 601st regional one with a BadRequest, and counts each type', async () => {
    const make = (type: string) =>
      stageApi.raw('POST', '/restapis', { name: 'x', endpointConfiguration: { types: [type] } });
    const full = {
      message: 'Maximum number of APIs has been reached.  Please contact AWS if you need additional APIs.',
    };
    // The sample data are one regional API and 3 edge APIs.
    for (let i = 3; i < 120; i++) expect((await make('EDGE')).status).toBe(201);
    for (const refused of [await make('EDGE'), await stageApi.raw('POST', '/restapis', { name: 'x' })])
      expect([refused.status, refused.json]).toEqual([400, full]);
    for (let i = 1; i < 600; i++) expect((await make('REGIONAL')).status).toBe(201);
    const refused = await make('REGIONAL');
    expect([refused.status, refused.json]).toEqual([400, full]);
    expect((await make('PRIVATE')).status).toBe(201);
  }, 20_000);

  it('copies only the documented members to a clone', async () => {
    const source = await stageApi.client().send(
      new CreateRestApiCommand({
        ...{ name: 'source', description: 'd', version: 'v', binaryMediaTypes: ['image/png'], policy: '{}' },
        ...{ minimumCompressionSize: 5, apiKeySource: 'AUTHORIZER', tags: { a: 'b' } },
        ...{ disableExecuteApiEndpoint: true, endpointConfiguration: { types: ['REGIONAL'] } },
      }),
    );
    const { json } = await stageApi.raw('POST', '/restapis', { name: 'clone', cloneFrom: source.id });
    expect(json).toEqual({
      id: expect.any(String),
      name: 'clone',
      description: 'd',
      createdDate: clock.seconds(),
      binaryMediaTypes: ['image/png'],
      minimumCompressionSize: 5,
      apiKeySource: 'AUTHORIZER',
      endpointConfiguration: { ipAddressType: 'ipv4', types: ['EDGE'] },
      disableExecuteApiEndpoint: false,
      rootResourceId: expect.any(String),
    });
  });

  it('copies the resources to a clone, with ids of their own', async () => {
    const list = async (id: string) => {
      const { json } = await stageApi.raw('GET', `/restapis/${id}/resources?embed=methods`);
      return (json as { item: { id: string; path: string }[] }).item;
    };
    const { json } = await stageApi.raw('POST', '/restapis', { name: 'clone', cloneFrom: 'petstore01' });
    const { id } = json as { id: string };
    const originals = await list('petstore01');
    const clones = await list(id);
    const ids = new Map(originals.map((original, i) => [original.id, clones[i]?.id ?? '']));
    expect(new Set([...ids.keys(), ...ids.values()]).size).toBe(2 * originals.length);
    const renamed = JSON.stringify(originals).replace(/pets[a-z0-9]{6}/g, (old) => ids.get(old) ?? old);
    expect(clones).toEqual(JSON.parse(renamed));
    await stageApi.raw('DELETE', `/restapis/${id}/resources/${ids.get('petslist01')}`);
    expect([(await list(id)).length, (await list('petstore01')).length]).toEqual([2, 4]);
  });

  it('omits empty values', async () => {
    const { status, json } = await stageApi.raw('POST', '/restapis', {
      ...{ name: 'n', version: '', policy: '', binaryMediaTypes: [], tags: {}, securityPolicy: '' },
      ...{ endpointAccessMode: '', endpointConfiguration: { vpcEndpointIds: [] } },
    });
    expect(status).toBe(201);
    expect(Object.keys(json as object).sort()).toEqual(
      ['id', 'name', 'createdDate', 'apiKeySource', 'disableExecuteApiEndpoint']
        .concat('endpointConfiguration', 'rootResourceId')
        .sort(),
    );
    expect(json).toMatchObject({ endpointConfiguration: { ipAddressType: 'ipv4', types: ['EDGE'] } });
    const deployment = await stageApi.raw('POST', '/restapis/search0004/deployments', { description: '' });
    expect(Object.keys(deployment.json as object).sort()).toEqual(['createdDate', 'id']);
  });

  it('rejects a clone of an unknown API', async () => {
    const cloned = stageApi.client().send(new CreateRestApiCommand({ name: 'x', cloneFrom: 'nope' }));
    await expect(cloned).rejects.toMatchObject(
      refusal(404, 'NotFoundException', 'Invalid API identifier specified 123456789012:nope'),
    );
  });
});
