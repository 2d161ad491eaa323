import { ImportRestApiCommand, PutRestApiCommand, type PutRestApiRequest } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { badRequest, refusal, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
type Json = Readonly<Record<string, unknown>>;

const mock = { type: 'mock', requestTemplates: { 'application/json': '{"statusCode": 200}' } };
const operation = (members: Json = {}): Json => ({
  responses: { 200: { description: 'ok' } },
  'x-amazon-apigateway-integration': mock,
  ...members,
});
const swagger = (members: Json = {}): Json => ({
  swagger: '2.0',
  info: { title: 'imported', version: '1' },
  paths: { '/a': { get: operation() } },
  ...members,
});
const openapi = (members: Json = {}): Json => ({
  openapi: '3.0.1',
  info: { title: 'imported', version: '1' },
  paths: { '/a': { get: operation() } },
  ...members,
});

const importApi = async (document: Json | string, query = '') => {
  const answer = await stageApi.raw('POST', `/restapis?mode=import${query}`, document);
  return { ...answer, json: answer.json as Json };
};
const imported = async (document: Json, query = '') => {
  const { json } = await importApi(document, query);
  return String(json.id);
};
const put = (
  restApiId: string,
  document: Json,
  members: Omit<PutRestApiRequest, 'restApiId' | 'body'> = {},
) =>
  stageApi
    .client()
    .send(new PutRestApiCommand({ ...members, restApiId, body: Buffer.from(JSON.stringify(document)) }));

interface Resource {
  readonly id: string;
  readonly path: string;
  readonly resourceMethods?: Readonly<Record<string, Json>>;
}
async function resourcesOf(restApiId: string): Promise<Readonly<Record<string, Resource>>> {
  const { json } = await stageApi.raw('GET', `/restapis/${restApiId}/resources?embed=methods&limit=500`);
  return Object.fromEntries((json as { item: Resource[] }).item.map((resource) => [resource.path, resource]));
}
async function methodOf(restApiId: string, path: string, verb: string): Promise<Json> {
  const method = (await resourcesOf(restApiId))[path]?.resourceMethods?.[verb];
  if (!method) throw new Error(`There is no ${verb} ${path}`);
  return method;
}
const countApis = async () =>
  ((await stageApi.raw('GET', '/restapis')).json as { item: unknown[] }).item.length;

describe('ImportRestApi', () => {
  it('creates an API from JSON and from YAML, with the SDK too', async () => {
    const members = { description: 'about', title: 'imported', version: '1' };
    const created = {
      id: expect.stringMatching(/^[a-z0-9]{10}$/),
      name: 'imported',
      description: 'about',
      version: '1',
      createdDate: expect.any(Number),
      apiKeySource: 'HEADER',
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { ipAddressType: 'ipv4', types: ['EDGE'] },
      rootResourceId: expect.stringMatching(/^[a-z0-9]{10}$/),
    };
    for (const document of [swagger({ info: members }), openapi({ info: members })]) {
      expect(await importApi(document)).toMatchObject({ status: 201, json: created });
      expect(await importApi(stringify(document))).toMatchObject({ status: 201, json: created });
    }
    const body = Buffer.from(stringify(swagger({ swagger: 2.0 })));
    const { $metadata, name } = await stageApi.client().send(new ImportRestApiCommand({ body }));
    expect([$metadata.httpStatusCode, name]).toEqual([201, 'imported']);
    expect(stageApi.api().calls()).toEqual({ ImportRestApi: 5 });
  });

  it.each([
    ['text', 'plain text'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['nothing', ''],
    ['another version of Swagger', swagger({ swagger: '1.2' })],
    ['OpenAPI 3.1', openapi({ openapi: '3.1.0' })],
  ])('rejects %s', async (_, document) => {
    const { status, headers, json } = await importApi(document);
    expect([status, headers.get('x-amzn-errortype'), json]).toEqual([
      400,
      'BadRequestException',
      { message: 'Invalid OpenAPI input.' },
    ]);
    expect(await countApis()).toBe(4);
  });

  it('sets the members that the extensions of the document define', async () => {
    const policy = { Version: '2012-10-17', Statement: [] };
    const extensions = {
      'x-amazon-apigateway-api-key-source': 'authorizer',
      'x-amazon-apigateway-binary-media-types': ['image/png'],
      'x-amazon-apigateway-minimum-compression-size': 5,
      'x-amazon-apigateway-policy': policy,
      'x-amazon-apigateway-endpoint-access-mode': 'STRICT',
    };
    const endpoint = { disableExecuteApiEndpoint: true, vpcEndpointIds: ['vpce-1'] };
    const wanted = {
      apiKeySource: 'AUTHORIZER',
      binaryMediaTypes: ['image/png'],
      minimumCompressionSize: 5,
      policy: JSON.stringify(JSON.stringify(policy)).slice(1, -1),
      endpointAccessMode: 'STRICT',
      disableExecuteApiEndpoint: true,
      endpointConfiguration: { ipAddressType: 'dualstack', types: ['PRIVATE'], vpcEndpointIds: ['vpce-1'] },
    };
    const ofDocument = { 'x-amazon-apigateway-endpoint-configuration': endpoint };
    const ofServer = { servers: [{ url: '/', ...ofDocument }] };
    for (const document of [
      swagger({ ...extensions, ...ofDocument }),
      openapi({ ...extensions, ...ofServer }),
    ])
      expect((await importApi(document, '&endpointConfigurationTypes=PRIVATE')).json).toMatchObject(wanted);
  });

  it('rejects unknown values of its parameters', async () => {
    const { json } = await importApi(swagger(), '&endpointConfigurationTypes=MOON');
    expect(json.message).toContain(
      "Value 'MOON' at 'endpointConfigurationTypes' failed to satisfy constraint",
    );
    expect((await importApi(swagger(), '&basepath=x')).json.message).toContain('[ignore, prepend, split]');
  });

  it.each([
    ['Swagger 2', swagger({ basePath: '/v1/x/' })],
    ['OpenAPI 3', openapi({ servers: [{ url: 'https://example.com/v1/x?y' }] })],
    [
      'OpenAPI 3 with a variable',
      openapi({ servers: [{ url: '/z', variables: { basePath: { default: 'v1/x' } } }] }),
    ],
  ])('ignores, prepends or splits the base path of %s', async (_, document) => {
    const paths = async (query: string) => Object.keys(await resourcesOf(await imported(document, query)));
    expect(await paths('')).toEqual(['/', '/a']);
    expect(await paths('&basepath=ignore')).toEqual(['/', '/a']);
    expect(await paths('&basepath=prepend')).toEqual(['/', '/v1', '/v1/x', '/v1/x/a']);
    expect(await paths('&basepath=split')).toEqual(['/', '/x', '/x/a']);
  });

  it('reads every method, with its parameters, its models and its key', async () => {
    const verbs = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head'];
    const shared = { parameters: { limit: { name: 'limit', in: 'query' } } };
    const schemes = { key: { type: 'apiKey', name: 'x-api-key', in: 'header' } };
    const parameters = [
      { name: 'trace', in: 'header', required: true },
      { name: 'session', in: 'cookie' },
    ];
    const common = { operationId: 'theOperation', security: [{ key: [] }], parameters };
    const pathItem = (reference: string, members: Json) => ({
      parameters: [{ $ref: reference }],
      'x-amazon-apigateway-any-method': operation(),
      summary: 'not a method',
      ...Object.fromEntries(verbs.map((verb) => [verb, operation({ ...common, ...members })])),
    });
    const body = { name: 'body', in: 'body', schema: { $ref: '#/definitions/Thing' } };
    const requestBody = { content: { 'text/plain': { schema: { $ref: '#/components/schemas/Thing' } } } };
    const documents = [
      swagger({
        ...shared,
        consumes: ['text/plain'],
        securityDefinitions: schemes,
        definitions: { Thing: {} },
        paths: {
          '/{id}/{proxy+}': pathItem('#/parameters/limit', { parameters: [...parameters, body] }),
        },
      }),
      openapi({
        components: { ...shared, securitySchemes: schemes, schemas: { Thing: {} } },
        paths: { '/{id}/{proxy+}': pathItem('#/components/parameters/limit', { requestBody }) },
      }),
    ];
    for (const document of documents) {
      const { resourceMethods = {} } = (await resourcesOf(await imported(document)))['/{id}/{proxy+}'] ?? {};
      expect(Object.keys(resourceMethods).sort()).toEqual(
        ['ANY', ...verbs.map((verb) => verb.toUpperCase())].sort(),
      );
      expect(resourceMethods.POST).toMatchObject({
        httpMethod: 'POST',
        authorizationType: 'NONE',
        apiKeyRequired: true,
        operationName: 'theOperation',
        requestModels: { 'text/plain': 'Thing' },
        requestParameters: {
          'method.request.path.id': true,
          'method.request.path.proxy': true,
          'method.request.querystring.limit': false,
          'method.request.header.trace': true,
        },
      });
      expect(resourceMethods.ANY).toMatchObject({ apiKeyRequired: false });
    }
  });

  it('takes the authorization of the operation, not that of the document', async () => {
    const id = await imported(
      swagger({
        securityDefinitions: {
          sigv4: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' },
          custom: { type: 'apiKey', 'x-amazon-apigateway-authorizer': { type: 'token' } },
          users: { type: 'apiKey', 'x-amazon-apigateway-authorizer': { type: 'cognito_user_pools' } },
        },
        security: [{ sigv4: [] }],
        paths: {
          '/a': {
            get: operation(),
            put: operation({ security: [{ sigv4: [] }] }),
            post: operation({ security: [{ custom: [] }] }),
            patch: operation({ security: [{ users: ['read'] }] }),
            head: operation({ 'x-amazon-apigateway-auth': { type: 'aws_iam' } }),
            options: operation({ security: [{ custom: [] }], 'x-amazon-apigateway-auth': { type: 'NONE' } }),
          },
        },
      }),
    );
    const { resourceMethods = {} } = (await resourcesOf(id))['/a'] ?? {};
    const types = Object.entries(resourceMethods).map(([verb, method]) => [verb, method.authorizationType]);
    expect(Object.fromEntries(types)).toEqual({
      ...{ GET: 'NONE', PUT: 'AWS_IAM', POST: 'CUSTOM', PATCH: 'COGNITO_USER_POOLS' },
      ...{ HEAD: 'AWS_IAM', OPTIONS: 'NONE' },
    });
    expect(resourceMethods.PATCH).toMatchObject({
      authorizerId: expect.stringMatching(/^[a-z0-9]{6}$/),
      authorizationScopes: ['read'],
    });
    expect(resourceMethods.OPTIONS).not.toHaveProperty('authorizerId');
  });

  it('reads integrations with all their members, in any case', async () => {
    const integration = {
      type: 'http',
      httpMethod: 'post',
      uri: 'https://example.com/{id}',
      credentials: 'arn:aws:iam::123456789012:role/r',
      requestParameters: { 'integration.request.path.id': 'method.request.path.id' },
      passthroughBehavior: 'never',
      contentHandling: 'CONVERT_TO_TEXT',
      timeoutInMillis: 1000,
      cacheNamespace: 'n',
      cacheKeyParameters: ['method.request.path.id'],
      tlsConfig: { insecureSkipVerification: true },
      responses: {
        default: { statusCode: 200 },
        '4\\d{2}': { statusCode: '404', responseTemplates: { 'application/json': '{}' } },
      },
    };
    const get = operation({ 'x-amazon-apigateway-integration': integration });
    const id = await imported(openapi({ paths: { '/{id}': { get } } }));
    expect((await methodOf(id, '/{id}', 'GET')).methodIntegration).toEqual({
      ...integration,
      type: 'HTTP',
      httpMethod: 'POST',
      connectionType: 'INTERNET',
      passthroughBehavior: 'NEVER',
      responses: undefined,
      integrationResponses: {
        200: { statusCode: '200' },
        404: {
          statusCode: '404',
          selectionPattern: '4\\d{2}',
          responseTemplates: { 'application/json': '{}' },
        },
      },
    });
  });

  it('can be deployed, and the deployment keeps its methods', async () => {
    const id = await imported(swagger());
    const deployed = await stageApi.raw('POST', `/restapis/${id}/deployments`, { stageName: 'prod' });
    expect(deployed.status).toBe(201);
    await put(id, swagger({ paths: {} }), { mode: 'overwrite' });
    const deployment = `/restapis/${id}/deployments/${(deployed.json as { id: string }).id}`;
    expect((await stageApi.raw('GET', `${deployment}?embed=apisummary`)).json).toMatchObject({
      apiSummary: { '/a': { GET: { authorizationType: 'NONE', apiKeyRequired: false } } },
    });
    expect((await stageApi.raw('GET', `/restapis/${id}/stages/prod`)).status).toBe(200);
  });
});

describe('warnings and errors of an import', () => {
  const warned = (members: Json, version = swagger) =>
    importApi(version(members)).then(({ json }) => json.warnings);

  it('are none for a document that AWS accepts', async () => {
    expect(await warned({})).toBeUndefined();
    expect(await warned({ tags: [], 'x-other': 1 }, openapi)).toBeUndefined();
  });

  it('warns of what it leaves out', async () => {
    const get = (members: Json) => ({ paths: { '/a': { get: operation(members) } } });
    const schema = { $ref: '#/definitions/None' };
    expect(await warned({ unknown: 1, paths: { a: {}, '/b': [] } })).toEqual([
      'Parse issue: attribute unknown is unexpected',
      'Parse issue: attribute paths. Resource a should start with /',
      "Parse issue: attribute paths.'/b' is not of type `object`",
    ]);
    expect(
      await warned({ components: { unknown: 1 }, servers: [{ url: '/' }, { url: '/' }] }, openapi),
    ).toEqual([
      'Parse issue: attribute components.unknown is unexpected',
      'More than one server provided. Ignoring all but the first for defining endpoint configuration',
    ]);
    expect(await warned(get({ responses: undefined }))).toEqual(["No responses specified for 'GET /a'"]);
    expect(await warned(get({ responses: { 200: { schema } } }))).toEqual([
      "Reference to model 'None' not found. Ignoring.",
    ]);
    expect(await warned(get({ responses: { 200: { schema: { type: 'string' } } } }))).toEqual([
      "Unsupported model type 'StringSchema' in 200 response to method 'GET /a'. Ignoring.",
    ]);
  });

  it('fails with its warnings if the caller wants that, and changes nothing', async () => {
    const { status, json } = await importApi(swagger({ unknown: 1 }), '&failonwarnings=true');
    const message = 'Warnings found during import:\n\tParse issue: attribute unknown is unexpected';
    expect([status, json]).toEqual([400, { message }]);
    expect(await countApis()).toBe(4);
    const id = await imported(swagger());
    const changed = put(id, swagger({ unknown: 1, paths: {} }), { mode: 'overwrite', failOnWarnings: true });
    await expect(changed).rejects.toMatchObject(badRequest(message));
    expect(Object.keys(await resourcesOf(id))).toEqual(['/', '/a']);
  });

  it('reports every error, with the warnings', async () => {
    const integration = (members: Json) => ({ 'x-amazon-apigateway-integration': members });
    const mapping = { 'method.response.header.b': "'x'" };
    const { status, json } = await importApi(
      swagger({
        unknown: 1,
        definitions: { body_1: {} },
        paths: {
          '/a/{x}': {
            get: operation(integration({ type: 'http', httpMethod: 'GET', uri: 'nowhere' })),
            put: operation(
              integration({
                ...mock,
                responses: { default: { statusCode: 200, responseParameters: mapping } },
              }),
            ),
            post: operation(integration({ type: 'lambda' })),
          },
          '/a/{y}/b': { get: operation() },
        },
      }),
    );
    expect(status).toBe(400);
    expect(String(json.message).split('\n')).toEqual([
      'Errors found during import:',
      "\tUnable to create model for 'body_1': Model name must be alphanumeric: body_1",
      "\tUnable to put integration on 'GET' for resource at path '/a/{x}': Invalid HTTP endpoint specified for URI",
      "\tUnable to put integration response on 'PUT' for resource at path '/a/{x}': Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.b]",
      "\tUnable to put integration on 'POST' for resource at path '/a/{x}': Invalid type specified: LAMBDA. Must be one of: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]",
      "\tUnable to create resource at path '/a/{y}/b': A sibling ({x}) of this resource already has a variable path part -- only one is allowed",
      'Additionally, these warnings were found:',
      '\tParse issue: attribute unknown is unexpected',
    ]);
    expect(await countApis()).toBe(4);
  });

  it('needs a title for a new API only', async () => {
    const untitled = swagger({ info: {} });
    expect((await importApi(untitled)).json).toEqual({ message: 'API title must be specified' });
    const id = await imported(swagger());
    expect(await put(id, untitled, { mode: 'overwrite' })).toMatchObject({ name: 'imported' });
  });
});

describe('PutRestApi', () => {
  const full = swagger({
    'x-amazon-apigateway-binary-media-types': ['a/b'],
    paths: { '/': { get: operation() }, '/a': { get: operation(), put: operation() }, '/c/d': {} },
  });
  const other = swagger({ info: { title: 'other' }, paths: { '/a': { get: {} }, '/b': {} } });

  it('overwrites, and keeps the ids of the paths that stay', async () => {
    const id = await imported(full);
    const before = await resourcesOf(id);
    const changed = await put(id, other, { mode: 'overwrite' });
    expect(changed).toMatchObject({ id, name: 'other', tags: {} });
    expect(changed).not.toHaveProperty('version');
    expect(changed).not.toHaveProperty('binaryMediaTypes');
    const after = await resourcesOf(id);
    expect(Object.keys(after)).toEqual(['/', '/a', '/b']);
    expect([after['/']?.id, after['/a']?.id]).toEqual([before['/']?.id, before['/a']?.id]);
    expect(after['/']).not.toHaveProperty('resourceMethods');
    expect(Object.keys(after['/a']?.resourceMethods ?? {})).toEqual(['GET']);
  });

  it('merges by default: methods of the document replace those of the API, and the others stay', async () => {
    const id = await imported(full);
    const changed = await put(id, other);
    expect(changed).toMatchObject({ name: 'other', version: '1', binaryMediaTypes: ['a/b'] });
    const after = await resourcesOf(id);
    expect(Object.keys(after)).toEqual(['/', '/a', '/c', '/c/d', '/b']);
    expect(Object.keys(after['/a']?.resourceMethods ?? {})).toEqual(['GET', 'PUT']);
    expect(after['/a']?.resourceMethods?.GET).not.toHaveProperty('methodIntegration');
    const conflict = put(id, swagger({ paths: { '/{x}': {}, '/{y}': {} } }));
    await expect(conflict).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('keeps tags and the endpoint, and changes the endpoint on request', async () => {
    const { json } = await stageApi.raw('POST', '/restapis', {
      name: 'n',
      tags: { a: 'b' },
      endpointConfiguration: { types: ['REGIONAL'] },
    });
    const { id } = json as { id: string };
    expect(await put(id, swagger(), { mode: 'overwrite' })).toMatchObject({
      tags: { a: 'b' },
      endpointConfiguration: { types: ['REGIONAL'] },
    });
    const parameters = { endpointConfigurationTypes: 'PRIVATE' };
    expect(await put(id, swagger(), { mode: 'overwrite', parameters })).toMatchObject({
      endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'dualstack' },
    });
  });

  it('rejects an unknown API, but a malformed document and an unknown mode first', async () => {
    await expect(put('nope', swagger())).rejects.toMatchObject(
      refusal(404, 'NotFoundException', 'Invalid API identifier specified 123456789012:nope'),
    );
    await expect(put('nope', {})).rejects.toMatchObject(badRequest('Invalid OpenAPI input.'));
    const { json } = await stageApi.raw('PUT', '/restapis/nope?mode=x', {});
    expect(json).toMatchObject({ message: expect.stringContaining("Value 'x' at 'mode'") });
  });

  it('imports documentation, unless it is to be ignored', async () => {
    const part = { location: { type: 'API' }, properties: { description: 'd' } };
    const documented = swagger({ 'x-amazon-apigateway-documentation': { documentationParts: [part] } });
    const id = await imported(documented, '&ignore=documentation');
    const list = async () =>
      (await stageApi.raw('GET', `/restapis/${id}/documentation/parts`)).json as { item: unknown[] };
    expect((await list()).item).toEqual([]);
    await put(id, documented);
    expect((await list()).item).toMatchObject([{ location: { type: 'API' } }]);
    await put(id, swagger(), { mode: 'overwrite', parameters: { ignore: 'documentation' } });
    expect((await list()).item).toHaveLength(1);
    await put(id, swagger(), { mode: 'overwrite' });
    expect((await list()).item).toEqual([]);
  });

  it('keeps the models of a method in updates, and lets nothing name others', async () => {
    const thing = { schema: { $ref: '#/definitions/Thing' } };
    const inline = { schema: { type: 'object' } };
    const get = operation({ responses: { 200: thing, 404: inline } });
    const id = await imported(swagger({ definitions: { Thing: {} }, paths: { '/a': { get } } }));
    const resource = (await resourcesOf(id))['/a'];
    expect(resource?.resourceMethods?.GET?.methodResponses).toMatchObject({
      404: { responseModels: { 'application/json': expect.stringMatching(/^MODEL[0-9a-f]{6}$/) } },
    });
    const response = `/restapis/${id}/resources/${resource?.id}/methods/GET/responses/200`;
    const patch = (path: string, value: string) =>
      stageApi.raw('PATCH', response, { patchOperations: [{ op: 'add', path, value }] });
    expect((await patch('/responseParameters/method.response.header.a', 'true')).status).toBe(201);
    expect((await patch('/responseModels/text~1plain', 'None')).json).toEqual({
      message: 'Invalid model identifier specified: None',
    });
  });
});

describe('large documents', () => {
  const paths = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `/group${i % 20}/path${i}/{id}`,
        { get: operation(), put: operation() },
      ]),
    );

  it('imports 300 paths quickly, also into an API that has them', async () => {
    const document = JSON.stringify(swagger({ paths: paths(300) }));
    const start = performance.now();
    const { json } = await importApi(document);
    for (const mode of ['merge', 'overwrite'])
      expect((await stageApi.raw('PUT', `/restapis/${String(json.id)}?mode=${mode}`, document)).status).toBe(
        200,
      );
    expect(performance.now() - start).toBeLessThan(3000);
    const page = await stageApi.raw('GET', `/restapis/${String(json.id)}/resources?limit=500`);
    expect((page.json as { item: unknown[] }).item).toHaveLength(500);
  });

  it('are limited to 6 MB', async () => {
    const padded = (bytes: number) => {
      const text = JSON.stringify(swagger({ 'x-padding': '' }));
      return text.replace('"x-padding":""', `"x-padding":"${'a'.repeat(bytes - text.length)}"`);
    };
    expect((await importApi(padded(6 * 1024 * 1024))).status).toBe(201);
    const { status, json } = await importApi(padded(6 * 1024 * 1024 + 1));
    expect([status, json]).toEqual([400, { message: 'Request body is too large' }]);
  });
});
