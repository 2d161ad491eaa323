import { describe, expect, it } from '@jest/globals';
import { remove, replace, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const api = '/restapis/petstore01';
const patch = (...patchOperations: object[]) => stageApi.raw('PATCH', api, { patchOperations });
const add = (path: string, value?: string) => ({ op: 'add', path, value });

describe('UpdateRestApi', () => {
  it('adds, replaces and removes media types (restapi-update-binary-media-types)', async () => {
    const added = await patch(add('/binaryMediaTypes/image~1png'), add('/binaryMediaTypes/image~1jpeg'));
    expect([added.status, added.json]).toEqual([
      200,
      expect.objectContaining({ binaryMediaTypes: ['image/png', 'image/jpeg'], tags: { team: 'pets' } }),
    ]);
    const replaced = await patch(replace('/binaryMediaTypes/image~1png', 'image/gif'));
    expect(replaced.json).toMatchObject({ binaryMediaTypes: ['image/jpeg', 'image/gif'] });
    const removed = await patch(remove('/binaryMediaTypes/image~1gif'), remove('/description'));
    expect(removed.json).toMatchObject({ binaryMediaTypes: ['image/jpeg'] });
    expect(removed.json).not.toHaveProperty('description');
    const none = await patch(remove('/binaryMediaTypes/image~1jpeg'), remove('/binaryMediaTypes/x'));
    expect(none.json).not.toHaveProperty('binaryMediaTypes');
  });

  it('takes `-` for a media type (restapi-update-binary-media-types-as-list)', async () => {
    expect((await patch(add('/binaryMediaTypes/-', 'image/png'))).json).toMatchObject({
      binaryMediaTypes: ['-'],
    });
  });

  it('changes the other members', async () => {
    const { json } = await patch(
      replace('/name', 'n'),
      replace('/description', 'd'),
      replace('/version', 'v'),
      replace('/apiKeySource', 'AUTHORIZER'),
      replace('/minimumCompressionSize', '5'),
      replace('/disableExecuteApiEndpoint', 'true'),
      replace('/securityPolicy', 'TLS_1_2'),
      replace('/endpointAccessMode', 'STRICT'),
    );
    expect(json).toMatchObject({
      name: 'n',
      description: 'd',
      version: 'v',
      apiKeySource: 'AUTHORIZER',
      minimumCompressionSize: 5,
      disableExecuteApiEndpoint: true,
      securityPolicy: 'TLS_1_2',
      endpointAccessMode: 'STRICT',
    });
    expect((await stageApi.raw('GET', api)).json).toEqual(json);
    const cleared = await patch(
      { op: 'replace', path: '/minimumCompressionSize' },
      replace('/description', ''),
    );
    expect(cleared.json).not.toHaveProperty('minimumCompressionSize');
    expect(cleared.json).not.toHaveProperty('description');
  });

  it('returns an escaped policy, as AWS does, from every operation', async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const escaped = policy.replaceAll('"', '\\"');
    expect((await patch(replace('/policy', policy))).json).toMatchObject({ policy: escaped });
    expect((await stageApi.raw('GET', api)).json).toMatchObject({ policy: escaped });
    expect((await stageApi.raw('GET', '/restapis')).json).toMatchObject({ item: { 0: { policy: escaped } } });
    const created = await stageApi.raw('POST', '/restapis', { name: 'n', policy });
    expect(created.json).toMatchObject({ policy: escaped });
    expect((await patch(replace('/policy', ''))).json).not.toHaveProperty('policy');
    const message =
      'Invalid policy document. Please check the policy syntax and ensure that Principals are valid.';
    expect((await patch(replace('/policy', 'x'))).json).toEqual({ message });
    expect((await stageApi.raw('POST', '/restapis', { name: 'n', policy: '[]' })).json).toEqual({ message });
  });

  it('changes the endpoint; a private one is dualstack (restapi-update-endpoint)', async () => {
    const type = '/endpointConfiguration/types/0';
    const addressType = '/endpointConfiguration/ipAddressType';
    const privateApi = await patch(
      replace(type, 'EDGE'),
      replace(type, 'REGIONAL'),
      replace(type, 'PRIVATE'),
    );
    const endpointConfiguration = { ipAddressType: 'dualstack', types: ['PRIVATE'] };
    expect(privateApi.json).toMatchObject({ endpointConfiguration });
    expect((await patch(replace(addressType, 'dualstack'))).json).toMatchObject({ endpointConfiguration });
    const regional = await patch(replace('/endpointConfiguration/types/PRIVATE', 'REGIONAL'));
    expect(regional.json).toMatchObject({ endpointConfiguration: { types: ['REGIONAL'] } });
    expect((await patch(replace(addressType, 'ipv4'))).json).toMatchObject({
      endpointConfiguration: { ipAddressType: 'ipv4', types: ['REGIONAL'] },
    });
  });

  it('adds and removes VPC endpoints', async () => {
    const path = '/endpointConfiguration/vpcEndpointIds';
    const added = await patch(add(path, 'vpce-1'), add(path, 'vpce-2'), add(path, 'vpce-1'));
    expect(added.json).toMatchObject({ endpointConfiguration: { vpcEndpointIds: ['vpce-1', 'vpce-2'] } });
    const removed = await patch(
      { op: 'remove', path, value: 'vpce-1' },
      { op: 'remove', path, value: 'vpce-2' },
    );
    expect(removed.json).toHaveProperty('endpointConfiguration');
    expect(removed.json).not.toHaveProperty('endpointConfiguration.vpcEndpointIds');
  });

  it.each([
    [add('/binaryMediaTypes', 'image/gif'), 'Invalid patch path /binaryMediaTypes'],
    [replace('/binaryMediaTypes', 'image/gif'), 'Invalid patch path /binaryMediaTypes'],
    [remove('/binaryMediaTypes'), 'Invalid patch path /binaryMediaTypes'],
    [
      { op: 'copy', path: '/binaryMediaTypes/a' },
      "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    ],
    [
      replace('/endpointConfiguration/ipAddressType', 'wrong'),
      'ipAddressType must be either ipv4 or dualstack.',
    ],
    [
      replace('/endpointConfiguration/types/0', 'wrong'),
      'Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE',
    ],
    [
      remove('/endpointConfiguration/ipAddressType'),
      'Invalid patch operation specified. Must be one of: [replace]',
    ],
    [
      remove('/endpointConfiguration/types/0'),
      "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    ],
    [
      replace('/minimumCompressionSize', '-1'),
      'Invalid minimum compression size, must be between 0 and 10485760',
    ],
    [
      replace('/minimumCompressionSize', '10485761'),
      'Invalid minimum compression size, must be between 0 and 10485760',
    ],
    [replace('/name', ''), 'API name cannot be empty'],
    [replace('/id', 'x'), 'Invalid patch path /id'],
    [replace('constructor', 'x'), 'Invalid patch path constructor'],
    [{ op: 'replace', value: 'x' }, 'Invalid patch path null'],
    [{ op: 'test', path: '/name' }, 'Invalid patch operation specified. Must be one of: [replace]'],
  ])('rejects %j, and changes nothing', async (operation, message) => {
    const before = await stageApi.raw('GET', api);
    const { status, json } = await patch(replace('/name', 'changed'), operation);
    expect([status, json]).toEqual([400, { message }]);
    expect((await stageApi.raw('GET', api)).json).toEqual(before.json);
  });

  it('rejects an unknown API, and operations that are none', async () => {
    const unknown = await stageApi.raw('PATCH', '/restapis/nope', { patchOperations: [] });
    expect([unknown.status, unknown.json]).toEqual([
      404,
      { message: 'Invalid API identifier specified 123456789012:nope' },
    ]);
    expect((await patch({ op: 'wrong', path: '/name' })).json).toEqual({
      message:
        "1 validation error detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
    });
  });
});
