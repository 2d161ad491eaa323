import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createTrustedDocuments,
  sha256,
  type TrustedDocuments,
} from '../../../src/graphql/persisted-documents/trusted-documents.ts';
import { noGatewayObserver } from '../../../src/observability/observer.ts';
import { startIssuer } from '../../support/issuer.ts';
import { get, post } from '../../support/post.ts';
import { run, type Running } from '../../support/run.ts';

const STAGE = `query Stage($stageName: String!) {
  stage(restApiId: "petstore01", stageName: $stageName) { stageName }
}
`;
const DELETE =
  'mutation Delete($input: DeleteStageInput!) { deleteStage(input: $input) { userErrors { code } } }';
const TYPENAME = '{ __typename }';
const ids = [
  { id: sha256(STAGE), text: STAGE },
  // As Relay's and codegen's hashes are not SHA-256 by default.
  { id: 'delete-1', text: DELETE },
];
const prod = { stageName: 'prod' };
const found = { data: { stage: { stageName: 'prod' } } };

const log: string[] = [];
let documents: TrustedDocuments;
let open: Running;
let only: Running;
beforeAll(async () => {
  documents = createTrustedDocuments(ids, [{ id: 'console-1', text: TYPENAME }]);
  open = await run({ documents, log: (line) => log.push(line) });
  only = await run({ documents, trustedDocumentsOnly: true, ttlMs: 60_000 });
});
beforeEach(() => {
  documents.replace(ids);
  log.length = 0;
});

const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

describe('a trusted document', () => {
  test.each([
    ['documentId', { documentId: sha256(STAGE) }],
    ['documentId, as GraphQL over HTTP writes a SHA-256', { documentId: `sha256:${sha256(STAGE)}` }],
    ['documentId, beside an empty text', { documentId: sha256(STAGE), query: '' }],
    ["Apollo's extension", persisted(sha256(STAGE))],
    ["Apollo's extension with the text", { ...persisted(sha256(STAGE)), query: STAGE }],
  ])('is named by %s', async (_, body) => {
    for (const gateway of [open, only]) {
      const answer = await post(gateway.url, { ...body, variables: prod });
      expect([answer.status, answer.json]).toEqual([200, found]);
    }
  });

  test.each([
    ['documentId', { documentId: sha256(STAGE) }],
    ["Apollo's extension", { extensions: JSON.stringify(persisted(sha256(STAGE)).extensions) }],
  ])('is named by %s in the URL', async (_, parameters) => {
    for (const gateway of [open, only]) {
      const answer = await get(gateway.url, { ...parameters, variables: JSON.stringify(prod) });
      expect([answer.status, answer.json]).toEqual([200, found]);
    }
  });

  test('is a mutation by POST only', async () => {
    expect((await get(only.url, { documentId: 'delete-1' })).status).toBe(405);
    const input = { restApiId: 'petstore01', stageName: 'dev', dryRun: true };
    const { json } = await post(only.url, { documentId: 'delete-1', variables: { input } });
    expect(json).toEqual({ data: { deleteStage: { userErrors: [] } } });
  });

  test('by GET is refused without the header for CSRF protection', async () => {
    const answer = await fetch(`${only.url}?documentId=${sha256(STAGE)}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('CSRF');
  });

  test('has its name in the log', async () => {
    await post(open.url, { documentId: sha256(STAGE), variables: prod });
    expect(log.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ msg: 'request', operationName: 'Stage', operationType: 'query' }),
    );
  });

  test('needs a token like every other', async () => {
    const issuer = await startIssuer();
    const asking = await run({ documents, auth: issuer.options });
    try {
      expect((await post(asking.url, { documentId: sha256(STAGE) })).status).toBe(401);
    } finally {
      await asking.close();
      await issuer.close();
    }
  });
});

describe('a request that names its document wrongly is refused with a sentence:', () => {
  test.each([
    [{ documentId: 'no-such' }, 'PERSISTED_QUERY_NOT_IN_LIST', /^"no-such" is not the id of a trusted/],
    [{ documentId: 5 }, 'BAD_REQUEST', /^`documentId` must be one string/],
    [{ documentId: sha256(STAGE), query: STAGE }, 'BAD_REQUEST', /`query` or `documentId`, not both/],
    [
      { documentId: sha256(STAGE), ...persisted(sha256(STAGE)) },
      'BAD_REQUEST',
      /`documentId` or `extensions.persistedQuery`, not both/,
    ],
    [persisted(sha256(STAGE), 2), 'BAD_REQUEST', /version` must be 1/],
    [persisted(7), 'BAD_REQUEST', /sha256Hash` must be a string/],
    [{ ...persisted(sha256(STAGE)), query: TYPENAME }, 'BAD_REQUEST', /is not the SHA-256 of `query`/],
  ])('%j', async (body, code, message) => {
    for (const gateway of [open, only]) {
      const { status, json } = await post(gateway.url, body);
      expect(status).toBe(400);
      expect(json).toEqual({
        errors: [
          {
            message: expect.stringMatching(message),
            extensions: { code, requestId: expect.any(String) },
          },
        ],
      });
    }
  });

  test('several ids in a URL', async () => {
    const { status, json } = await get(open.url, [
      ['documentId', sha256(STAGE)],
      ['documentId', 'delete-1'],
    ]);
    expect([status, json.errors?.[0]?.message]).toEqual([400, '`documentId` must be one string.']);
  });

  test('a batch', async () => {
    const { status } = await post(open.url, [{ documentId: sha256(STAGE), variables: prod }]);
    expect(status).toBe(400);
  });
});

describe('with TRUSTED_DOCUMENTS_ONLY', () => {
  test.each([
    ['another text', { query: '{ stageTargets { region } }' }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['a trusted text with another space', { query: `${STAGE} ` }],
    [
      'an automatic persisted query',
      { query: '{ a: __typename }', ...persisted(sha256('{ a: __typename }')) },
    ],
    ['an unknown hash', persisted('a'.repeat(64))],
    ['nothing', { variables: {} }],
    ['a text that is none', { query: { kind: 'Document' } }],
    ['a batch', [{ query: '{ stageTargets { region } }' }]],
  ])('%s is refused', async (_, body) => {
    only.stageApi.resetCalls();
    const { status, json } = await post(only.url, body);
    expect(status).toBe(403);
    expect(json).toEqual({
      errors: [
        {
          message: expect.stringContaining('executes trusted documents only'),
          extensions: { code: 'QUERY_NOT_IN_SAFELIST', requestId: expect.any(String) },
        },
      ],
    });
  });

  test('another text by GET is refused, however often it is given', async () => {
    expect((await get(only.url, { query: '{ stageTargets { region } }' })).status).toBe(403);
    const twice = await get(only.url, [
      ['query', TYPENAME],
      ['query', '{ stageTargets { region } }'],
    ]);
    expect(twice.status).toBe(403);
    const hidden = await get(only.url, [
      ['documentId', 'console-1'],
      ['query[]', '{ stageTargets { region } }'],
    ]);
    expect(hidden.json).toEqual({ data: { __typename: 'Query' } });
  });

  test('the text of a trusted document is executed, whoever sends it', async () => {
    expect((await post(only.url, { query: STAGE, variables: prod })).json).toEqual(found);
  });

  test('the built-in documents belong', async () => {
    expect((await post(only.url, { documentId: 'console-1' })).json).toEqual({
      data: { __typename: 'Query' },
    });
    documents.replace([]);
    expect((await post(only.url, { documentId: 'console-1' })).status).toBe(200);
  });

  test('a document that is not trusted any more is refused, also where its response is cached', async () => {
    const ask = () => post(only.url, { query: STAGE, variables: prod });
    for (let time = 0; time < 4; time++) expect((await ask()).status).toBe(200);
    documents.replace([]);
    expect((await ask()).status).toBe(403);
  });

  test('an id that means another document gets that one, also where a response is cached', async () => {
    const ask = async () => (await post(only.url, { documentId: 'page' })).json.data;
    documents.replace([{ id: 'page', text: '{ stages(restApiId: "petstore01") { stageName } }' }]);
    for (let time = 0; time < 4; time++) expect(await ask()).toHaveProperty('stages');
    documents.replace([{ id: 'page', text: '{ stage(restApiId: "petstore01", stageName: "dev") { id } }' }]);
    expect(await ask()).toHaveProperty('stage');
  });

  test('routers with their secret send what they want', async () => {
    const behind = await run({ documents, trustedDocumentsOnly: true, routerSecrets: ['s3cret'] });
    const { status } = await post(
      behind.url,
      { query: '{ stageTargets { region } }' },
      { 'router-authorization': 's3cret' },
    );
    expect(status).toBe(200);
    await behind.close();
  });

  test('refusals are counted by their code, like all others', async () => {
    const failed: string[] = [];
    const counting = await run({
      documents,
      trustedDocumentsOnly: true,
      observer: { ...noGatewayObserver, failed: (code) => failed.push(code) },
    });
    await post(counting.url, { query: '{ stageTargets { region } }' });
    expect(failed).toEqual(['QUERY_NOT_IN_SAFELIST']);
    await counting.close();
  });
});
