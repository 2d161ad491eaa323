import { beforeAll, describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../../src/embedded/start.ts';
import { allExecutionCaches, executionCachesNamed } from '../../../src/graphql/execution-caches.ts';
import { bearer, type Issuer, startIssuer } from '../../support/issuer.ts';
import { type Gateway, startGateway } from '../../support/run.ts';
import { startStageApi } from '../../support/stage-api.ts';

const two = 'query A { __typename } query B { a: __typename }';
const condition = `query ($c: Boolean = true) {
  stage(restApiId: "petstore01", stageName: "dev") { stageName description @include(if: $c) }
}`;
const mixed =
  '{ a: restApis(first: 1) { nodes { restApiId } } b: stages(restApiId: "nothere001") { stageName } }';

describe('operations that cannot be compiled', () => {
  let stageApi: EmbeddedStageApi;
  let plain: Gateway;
  let caching: Gateway;
  beforeAll(async () => {
    stageApi = await startStageApi();
    plain = await startGateway(stageApi.url, { executionCaches: executionCachesNamed([]) });
    caching = await startGateway(stageApi.url, { executionCaches: allExecutionCaches });
  });

  async function ask({ url }: Gateway, body: object): Promise<{ status: number; text: string }> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'same' },
      body: JSON.stringify(body),
    });
    const text = (await response.text()).replaceAll(/"requestId":"[^"]*"/g, '');
    return { status: response.status, text };
  }

  test.each([
    [{ query: two, operationName: 'X' }, 400],
    [{ query: two, operationName: '' }, 400],
    [{ query: two }, 400],
    [{ query: 'fragment F on Query { __typename }' }, 400],
    [{ query: condition, variables: { c: null } }, 200],
    [{ query: mixed }, 200],
  ])(
    '%j: the response is the same as without execution caches, however often it is sent',
    async (body, status) => {
      const expected = await ask(plain, body);
      expect(expected.status).toBe(status);
      for (let time = 0; time < 4; time++) expect(await ask(caching, body)).toEqual(expected);
    },
  );

  test('with a partial failure: no more calls to AWS than without execution caches', async () => {
    const costOf = async (gateway: Gateway): Promise<number> => {
      const before = stageApi.requests().length;
      await ask(gateway, { query: mixed });
      return stageApi.requests().length - before;
    };
    expect([await costOf(caching), await costOf(caching), await costOf(caching)]).toEqual(
      Array.from({ length: 3 }, () => 2),
    );
    expect(await costOf(plain)).toBe(2);
  });
});

describe('cached responses', () => {
  let issuer: Issuer;
  let gateway: Gateway;
  let stageApi: EmbeddedStageApi;
  beforeAll(async () => {
    issuer = await startIssuer();
    stageApi = await startStageApi();
    gateway = await startGateway(stageApi.url, { auth: issuer.options, ttlMs: 60_000 });
  });

  test('are sent to callers with equal permissions only, however similar the scopes look', async () => {
    const query = '{ stage(restApiId: "petstore01", stageName: "prod") { variables { name value } } }';
    const as = async (scope: unknown) =>
      gateway.graphql(query, {}, bearer(await issuer.token('', { scope })));
    for (let time = 0; time < 4; time++) {
      const { data } = await as('stages:read stages:variables');
      expect(JSON.stringify(data)).toMatch(/"value":"/);
    }
    for (let time = 0; time < 4; time++) {
      const { data } = await as('stages:read');
      expect(JSON.stringify(data)).not.toMatch(/"value":"/);
    }
    expect((await as(['stages:read stages:variables'])).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  });
});
