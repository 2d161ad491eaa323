import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Running, run } from '../support/run.ts';

describe('with router secrets', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run({ routerSecrets: ['old secret', 'new secret'] });
  });

  const QUERY = '{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }';
  const SERVICE = '{ _service { sdl } }';

  test.each(['old secret', 'new secret'])(
    'a router with "%s" is accepted: secrets can be rotated',
    async (secret) => {
      const { data } = await gateway.graphql(QUERY, {}, { 'router-authorization': secret });
      expect(data).toEqual({ stage: { stageName: 'dev' } });
    },
  );

  test.each([
    [{}],
    [{ 'router-authorization': '' }],
    [{ 'router-authorization': 'new' }],
    [{ 'router-authorization': 'new secret ' + 'x' }],
    [{ 'router-authorization': 'old secret,new secret' }],
    [{ authorization: 'new secret' }],
    [{ 'apollo-federation-include-trace': 'ftv1' }],
  ])('other requests are refused: %j', async (headers: Record<string, string>) => {
    const before = gateway.stageApi.requests().length;
    for (const query of [QUERY, SERVICE, '{ __typename }']) {
      const { status, data, errors } = await gateway.graphql(query, {}, headers);
      expect({ status, data }).toEqual({ status: 401, data: undefined });
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expect(JSON.stringify(errors)).not.toContain('secret,');
    }
    expect(gateway.stageApi.requests()).toHaveLength(before);
  });

  test.each(['/graphql', '/', '/nothing', '/graphql?query={__typename}'])(
    '%s requires a secret too',
    async (path) => {
      const response = await fetch(new URL(path, gateway.url), {
        headers: { accept: 'text/html' },
        redirect: 'manual',
      });
      expect(response.status).toBe(401);
    },
  );
});
