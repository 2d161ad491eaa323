import { beforeEach, describe, expect, test } from '@jest/globals';
import { createAutomaticDocuments } from '../../../src/graphql/persisted-documents/automatic.ts';
import { sha256 } from '../../../src/graphql/persisted-documents/trusted-documents.ts';
import { bearer, startIssuer } from '../../support/issuer.ts';
import { get, post } from '../../support/post.ts';
import { run, type Running } from '../../support/run.ts';

const QUERY = '{ stage(restApiId: "petstore01", stageName: "prod") { stageName } }';
const hashOf = (query: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(query) } },
});
const byHash = hashOf(QUERY);
const found = { data: { stage: { stageName: 'prod' } } };

let gateway: Running;
beforeEach(async () => {
  gateway = await run();
});

describe('automatic persisted queries', () => {
  test("an unknown hash gets Apollo's answer, which no cache may keep", async () => {
    const { status, headers, json } = await post(gateway.url, byHash);
    expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-cache, must-revalidate']);
    expect(json).toEqual({
      errors: [
        {
          message: 'PersistedQueryNotFound',
          extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', requestId: expect.any(String) },
        },
      ],
    });
  });

  test('a text with its hash is executed and stored, and from then on the hash alone is enough', async () => {
    expect((await post(gateway.url, { ...byHash, query: QUERY })).json).toEqual(found);
    for (let time = 0; time < 4; time++) expect((await post(gateway.url, byHash)).json).toEqual(found);
    const { extensions } = byHash;
    expect((await get(gateway.url, { extensions: JSON.stringify(extensions) })).json).toEqual(found);
  });

  test('a text with the hash of another one is refused, and not stored', async () => {
    const { status, json } = await post(gateway.url, { ...byHash, query: '{ __typename }' });
    expect(status).toBe(400);
    expect(json.errors?.[0]?.message).toContain('is not the SHA-256 of `query`');
    expect((await post(gateway.url, byHash)).json.errors?.[0]?.message).toBe('PersistedQueryNotFound');
  });

  test('an invalid document is not stored', async () => {
    const query = '{ nothing }';
    expect((await post(gateway.url, { ...hashOf(query), query })).status).toBe(400);
    const { json } = await post(gateway.url, hashOf(query));
    expect(json.errors?.[0]?.message).toBe('PersistedQueryNotFound');
  });

  test('a hash gives nobody more than the text would', async () => {
    const issuer = await startIssuer();
    const asking = await run({ auth: issuer.options });
    const query = '{ stage(restApiId: "petstore01", stageName: "prod") { variables { value } } }';
    const all = bearer(await issuer.token('stages:read stages:variables'));
    const some = bearer(await issuer.token('stages:read'));
    try {
      for (let time = 0; time < 3; time++) {
        await post(asking.url, { ...hashOf(query), query }, all);
        await post(asking.url, hashOf(query), all);
      }
      const shown = JSON.stringify((await post(asking.url, hashOf(query), some)).json);
      expect(shown).toContain('"value":null');
      expect(shown).not.toMatch(/"value":"/);
      expect((await post(asking.url, hashOf(query))).status).toBe(401);
    } finally {
      await asking.close();
      await issuer.close();
    }
  });
});

describe('the store of automatic persisted queries', () => {
  test('keeps the documents that were used last', async () => {
    const store = createAutomaticDocuments();
    for (let index = 0; index < 3000; index++) await store.set(String(index), `{ a${index}: __typename }`);
    expect(await store.get('0')).toBeUndefined();
    expect(await store.get('2999')).toBe('{ a2999: __typename }');
  });

  test('is bounded in bytes', async () => {
    const store = createAutomaticDocuments();
    for (let index = 0; index < 400; index++) await store.set(String(index), 'é'.repeat(30_000));
    expect(await store.get('0')).toBeUndefined();
    expect(await store.get('399')).toBeDefined();
  });

  test('does not keep a long document', async () => {
    const store = createAutomaticDocuments();
    await store.set('long', 'a'.repeat(65_537));
    expect(await store.get('long')).toBeUndefined();
    await store.set('short', 'a'.repeat(65_536));
    expect(await store.get('short')).toBeDefined();
  });
});
