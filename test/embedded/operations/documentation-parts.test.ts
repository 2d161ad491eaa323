import {
  CreateDocumentationPartCommand,
  type DocumentationPartLocation,
  GetDocumentationPartsCommand,
  type GetDocumentationPartsRequest,
  ImportDocumentationPartsCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { refusal, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const restApiId = 'search0004';
const parts = `/restapis/${restApiId}/documentation/parts`;
const create = (location: DocumentationPartLocation, properties = '{"description":"one"}') =>
  stageApi.client().send(new CreateDocumentationPartCommand({ restApiId, location, properties }));
const list = async (filter: Partial<GetDocumentationPartsRequest> = {}) =>
  (await stageApi.client().send(new GetDocumentationPartsCommand({ restApiId, ...filter }))).items ?? [];
const importParts = (query: string, body: string) => stageApi.raw('PUT', `${parts}${query}`, body);
const documented = (...documentationParts: unknown[]) =>
  JSON.stringify({ openapi: '3.0.0', 'x-amazon-apigateway-documentation': { documentationParts } });
const unknownPart = { message: 'Invalid Documentation part identifier specified' };

describe('documentation parts', () => {
  it('are created, read, changed and deleted (documentation-lifecycle)', async () => {
    const input = { location: { type: 'API' }, properties: '{"description": "one"}' };
    const created = await stageApi.raw('POST', parts, input);
    expect([created.status, created.json]).toEqual([
      201,
      { id: expect.stringMatching(/^[a-z0-9]{6}$/), ...input },
    ]);
    const one = `${parts}/${(created.json as { id: string }).id}`;
    expect((await stageApi.raw('GET', one)).json).toEqual(created.json);
    expect((await stageApi.raw('GET', parts)).json).toEqual({ item: [created.json] });
    const patchOperations = [{ op: 'replace', path: '/properties', value: '{"description": "two"}' }];
    const changed = await stageApi.raw('PATCH', one, { patchOperations });
    expect([changed.status, changed.json]).toEqual([
      200,
      { ...(created.json as object), properties: '{"description": "two"}' },
    ]);
    expect((await stageApi.raw('GET', one)).json).toEqual(changed.json);
    const deleted = await stageApi.raw('DELETE', one);
    expect([deleted.status, deleted.text]).toEqual([202, '']);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const gone = await stageApi.raw(method, one, method === 'PATCH' ? {} : undefined);
      expect([gone.status, gone.json]).toEqual([404, unknownPart]);
    }
  });

  it('of an unknown API are unknown parts, but for a creation, a list and a deletion', async () => {
    const other = '/restapis/nosuch/documentation/parts';
    const unknownApi = { message: 'Invalid API identifier specified 123456789012:nosuch' };
    const answers = [
      await stageApi.raw('GET', `${other}/x`),
      await stageApi.raw('PATCH', `${other}/x`, {}),
      await stageApi.raw('DELETE', `${other}/x`),
      await stageApi.raw('GET', other),
      await stageApi.raw('POST', other, { location: { type: 'API' }, properties: '{}' }),
      await stageApi.raw('PUT', other, '{}'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
    expect(answers.map(({ json }) => json)).toEqual([
      ...[unknownPart, unknownPart],
      ...[unknownApi, unknownApi, unknownApi, unknownApi],
    ]);
  });

  it.each([
    [
      'add',
      '/properties',
      "Invalid patch path  '/properties' specified for op 'add'. Please choose supported operations",
    ],
    [
      'replace',
      '/other',
      "Invalid patch path  '/other' specified for op 'replace'. Must be one of: [/properties]",
    ],
    ['replace', '/properties', 'Documentation part properties must be non-empty'],
  ])('reject %s of %s (documentation-update-errors)', async (op, path, message) => {
    const { id } = await create({ type: 'API' });
    const { status, json } = await stageApi.raw('PATCH', `${parts}/${id}`, {
      patchOperations: [{ op, path }],
    });
    expect([status, json]).toEqual([400, { message }]);
  });

  it('are rejected for a location that has one, whatever of it is left out', async () => {
    await create({ type: 'API' });
    await expect(create({ type: 'API' })).rejects.toMatchObject(
      refusal(
        409,
        'ConflictException',
        "Documentation part already exists for the specified location: type 'API'.",
      ),
    );
    await create({ type: 'METHOD', path: '/pets' });
    await expect(create({ type: 'METHOD', path: '/pets', method: '*' })).rejects.toMatchObject({
      message:
        "Documentation part already exists for the specified location: type 'METHOD', path '/pets', method '*'.",
    });
    await create({ type: 'METHOD', path: '/pets', method: 'GET' });
  });

  it('take an empty member of a location for an absent one', async () => {
    const location = { type: 'METHOD', method: 'GET', path: '/pets', statusCode: '', name: '' };
    const { status, json } = await stageApi.raw('POST', parts, { location, properties: '{}' });
    expect([status, json]).toMatchObject([201, { properties: '{}' }]);
    expect(json).toHaveProperty('location', { type: 'METHOD', method: 'GET', path: '/pets' });
  });

  it('are rejected without a valid location or properties', async () => {
    const answer = async (body: unknown) => {
      const { status, headers } = await stageApi.raw('POST', parts, body);
      return [status, headers.get('x-amzn-errortype')];
    };
    const properties = '{}';
    expect(await answer({})).toEqual([400, 'ValidationException']);
    expect(await answer({ location: { type: 'API' } })).toEqual([400, 'ValidationException']);
    expect(await answer({ location: 'API', properties })).toEqual([400, 'SerializationException']);
    expect(await answer({ location: { type: 'API' }, properties: '' })).toEqual([400, 'BadRequestException']);
    expect(await answer({ location: { type: 'API' }, properties: '[]' })).toEqual([
      400,
      'BadRequestException',
    ]);
    expect(await answer({ location: { type: 'API', path: '/' }, properties })).toEqual([
      400,
      'BadRequestException',
    ]);
    expect(await answer({ location: { type: 'MODEL' }, properties })).toEqual([400, 'BadRequestException']);
    const { json } = await stageApi.raw('POST', parts, { location: { type: 'INVALID' }, properties });
    expect(json).toEqual({
      message:
        "1 validation error detected: Value 'INVALID' at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must satisfy enum value set: [RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]",
    });
    const missing = await stageApi.raw('POST', parts, { properties });
    expect(missing.json).toEqual({
      message:
        "1 validation error detected: Value null at 'createDocumentationPartInput.location' failed to satisfy constraint: Member must not be null",
    });
  });

  it('are listed by type, path, name and status, in pages', async () => {
    await create({ type: 'RESOURCE', path: '/pets' });
    await create({ type: 'METHOD', path: '/pets', method: 'GET' });
    await create({ type: 'QUERY_PARAMETER', path: '/pets', method: 'GET', name: 'limit' });
    await create({ type: 'QUERY_PARAMETER', path: '/dogs', method: 'GET', name: 'limit' });
    expect(await list({ type: 'METHOD' })).toHaveLength(1);
    expect(await list({ path: '/pets' })).toHaveLength(3);
    expect(await list({ path: '/pets', nameQuery: 'limit' })).toHaveLength(1);
    expect(await list({ nameQuery: 'limit' })).toHaveLength(2);
    expect(await list({ locationStatus: 'DOCUMENTED' })).toHaveLength(4);
    expect(await list({ locationStatus: 'UNDOCUMENTED' })).toHaveLength(0);
    const first = await stageApi.raw('GET', `${parts}?path=/pets&limit=2`);
    const { item, position } = first.json as { item: unknown[]; position: string };
    const second = await stageApi.raw('GET', `${parts}?path=/pets&limit=2&position=${position}`);
    expect([item.length, second.json]).toEqual([2, { item: [expect.anything()] }]);
    const { json } = await stageApi.raw('GET', `${parts}?locationStatus=x`);
    expect(json).toEqual({
      message:
        "1 validation error detected: Value 'x' at 'locationStatus' failed to satisfy constraint: Member must satisfy enum value set: [DOCUMENTED, UNDOCUMENTED]",
    });
  });
});

describe('ImportDocumentationParts', () => {
  const api = { location: { type: 'API' }, properties: { description: 'about', info: { version: '3' } } };
  const get = { location: { type: 'METHOD', method: 'GET' }, properties: { description: 'get' } };

  it('takes the parts of an OpenAPI document, with the root path (documentation-import)', async () => {
    const { status, json } = await importParts('?mode=overwrite', documented(api, get));
    expect([status, json]).toEqual([200, { ids: [expect.any(String), expect.any(String)] }]);
    const { ids } = json as { ids: string[] };
    expect(await list()).toEqual([
      { id: ids[0], location: { type: 'API' }, properties: JSON.stringify(api.properties) },
      {
        id: ids[1],
        location: { type: 'METHOD', method: 'GET', path: '/' },
        properties: '{"description":"get"}',
      },
    ]);
  });

  it('takes YAML, and bytes of the SDK', async () => {
    const yaml = [
      'openapi: 3.0.0',
      'x-amazon-apigateway-documentation:',
      '  documentationParts:',
      '    - location: { type: RESPONSE, method: GET, statusCode: 200 }',
      '      properties: { description: fine }',
    ].join('\n');
    const body = new TextEncoder().encode(yaml);
    const { ids } = await stageApi
      .client()
      .send(new ImportDocumentationPartsCommand({ restApiId, mode: 'overwrite', body }));
    expect(ids).toHaveLength(1);
    expect(await list()).toMatchObject([
      { location: { type: 'RESPONSE', method: 'GET', statusCode: '200', path: '/' } },
    ]);
    expect(stageApi.api().requests()[0]).toMatchObject({
      operation: 'ImportDocumentationParts',
      params: { mode: 'overwrite' },
      body: yaml,
    });
  });

  it('replaces all parts, or those of the same locations, which keep their ids', async () => {
    const { id } = await create({ type: 'API' });
    await create({ type: 'RESOURCE', path: '/pets' });
    expect((await importParts('', documented(api, get))).json).toEqual({ ids: [id, expect.any(String)] });
    expect((await list()).map(({ location }) => location?.type)).toEqual(['API', 'RESOURCE', 'METHOD']);
    await importParts('?mode=overwrite', documented(get));
    expect((await list()).map(({ location }) => location?.type)).toEqual(['METHOD']);
    expect((await importParts('?mode=overwrite', '{"openapi":"3.0.0"}')).json).toEqual({ ids: [] });
    expect(await list()).toEqual([]);
  });

  it('warns of invalid parts and ignores them, or fails', async () => {
    const wrong = documented(api, { location: { type: 'MODEL' }, properties: {} }, 'x');
    const failed = await importParts('?failonwarnings=true', wrong);
    expect([failed.status, failed.json]).toEqual([
      400,
      { message: expect.stringContaining('Documentation part 2 is ignored') },
    ]);
    expect(await list()).toEqual([]);
    expect((await importParts('', wrong)).json).toEqual({
      ids: [expect.any(String)],
      warnings: [
        'Documentation part 2 is ignored: Invalid location: name is required for type MODEL',
        'Documentation part 3 is ignored: Invalid location or properties',
      ],
    });
  });

  it.each([
    'top:\n    list:\n        - "a ... "b": $c, "d": $(c +"%e")}"\n        ',
    "{'k:v}",
    '',
    'text',
    '[]',
    'a: &a [*a]',
    '['.repeat(100_000),
    `{"a":${'['.repeat(200)}${']'.repeat(200)}}`,
  ])('rejects a document that cannot be read: %#  (documentation-import-malformed)', async (body) => {
    await create({ type: 'API' });
    const { status, headers, json } = await importParts('?mode=overwrite', body);
    expect([status, headers.get('x-amzn-errortype'), json]).toEqual([
      400,
      'BadRequestException',
      { message: 'Unable to build importer with provided input.' },
    ]);
    expect(await list()).toHaveLength(1);
  });

  it('rejects an unknown mode', async () => {
    const { json } = await importParts('?mode=x', documented());
    expect(json).toEqual({
      message:
        "1 validation error detected: Value 'x' at 'mode' failed to satisfy constraint: Member must satisfy enum value set: [merge, overwrite]",
    });
  });
});
