import {
  GetIntegrationCommand,
  type PatchOperation,
  PutIntegrationCommand,
  type PutIntegrationRequest,
  PutIntegrationResponseCommand,
  type PutIntegrationResponseRequest,
  UpdateIntegrationCommand,
  UpdateIntegrationResponseCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { badRequest, refusal, remove, replace, useStageApi } from '../../stage-api.ts';

const stageApi = useStageApi();
/** The method declares `method.request.path.petId` and the response 200. */
const method = { restApiId: 'petstore01', resourceId: 'petsitem01', httpMethod: 'GET' };
const http = { type: 'HTTP', integrationHttpMethod: 'GET', uri: 'https://example.com/{id}' } as const;
const add = (path: string, value: string): PatchOperation => ({ op: 'add', path, value });
const mapping = (...errors: string[]) =>
  badRequest(
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [${errors.join(', ')}]`,
  );
const expression = (text: string) => `Invalid mapping expression specified: ${text}`;
const parameter = (text: string) => `Invalid mapping expression parameter specified: ${text}`;

const put = (input: Partial<PutIntegrationRequest> = {}) =>
  stageApi.client().send(new PutIntegrationCommand({ ...method, ...http, ...input }));
const read = () => stageApi.client().send(new GetIntegrationCommand(method));
const update = (...patchOperations: PatchOperation[]) =>
  stageApi.client().send(new UpdateIntegrationCommand({ ...method, patchOperations }));
const putResponse = (input: Partial<PutIntegrationResponseRequest> = {}) =>
  stageApi.client().send(new PutIntegrationResponseCommand({ ...method, statusCode: '200', ...input }));

describe('PutIntegration', () => {
  it('keeps what it is given', async () => {
    const given = {
      passthroughBehavior: 'NEVER',
      contentHandling: 'CONVERT_TO_TEXT',
      timeoutInMillis: 50,
      cacheNamespace: 'shared',
      cacheKeyParameters: ['method.request.path.petId'],
      requestParameters: {
        'integration.request.path.id': 'method.request.path.petId',
        'integration.request.header.a': "'constant'",
        'integration.request.header.b': 'context.requestId',
        'integration.request.querystring.c': 'stageVariables.c',
        'integration.request.querystring.d': 'method.request.body.name',
      },
      requestTemplates: { 'application/json': '{}' },
      credentials: 'arn:aws:iam::123456789012:role/r',
      tlsConfig: { insecureSkipVerification: true },
      responseTransferMode: 'BUFFERED',
    } satisfies Partial<PutIntegrationRequest>;
    await put(given);
    expect(await read()).toMatchObject({ ...given, httpMethod: 'GET', connectionType: 'INTERNET' });
  });

  it('replaces the whole integration with its responses', async () => {
    await putResponse();
    await put({ type: 'MOCK', uri: undefined, integrationHttpMethod: undefined });
    const { $metadata: _, ...integration } = await read();
    expect(integration).toEqual({
      type: 'MOCK',
      passthroughBehavior: 'WHEN_NO_MATCH',
      timeoutInMillis: 29_000,
      cacheNamespace: 'petsitem01',
      cacheKeyParameters: [],
    });
  });

  it.each([
    ['HTTP', 'http://${stageVariables.backend}/x'],
    ['HTTP_PROXY', 'HTTPS://example.com'],
    ['AWS', 'arn:aws:apigateway:us-east-1:sqs:action/SendMessage'],
    ['AWS', 'arn:aws-cn:apigateway:cn-north-1:s3:path/{bucket}/{key}'],
    [
      'AWS_PROXY',
      'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:${stageVariables.f}/invocations',
    ],
  ] as const)('accepts for %s the URI %s', async (type, uri) => {
    await expect(put({ type, uri })).resolves.toMatchObject({ type, uri });
  });

  it.each([
    [{ uri: undefined }, badRequest('Invalid HTTP endpoint specified for URI')],
    [{ uri: '${stageVariables.url}' }, badRequest('Invalid HTTP endpoint specified for URI')],
    [{ type: 'AWS', uri: undefined }, badRequest('Invalid ARN specified in the request')],
    [{ type: 'AWS', uri: 'arn:aws:s3' }, badRequest('Invalid ARN specified in the request')],
    [
      { integrationHttpMethod: 'get' },
      badRequest(
        'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY',
      ),
    ],
    [{ timeoutInMillis: 49 }, badRequest('Timeout should be between 50 ms and 29000 ms')],
    [{ timeoutInMillis: 29_001 }, badRequest('Timeout should be between 50 ms and 29000 ms')],
    [{ passthroughBehavior: 'x' }, badRequest('Invalid passthrough behavior specified: x')],
    [
      { requestTemplates: { json: '', 'text/plain': '' } },
      badRequest('Validation Result: warnings : [], errors : [Invalid content type specified: json]'),
    ],
    [
      { requestParameters: { 'integration.request.path.id': 'method.request.path.other' } },
      mapping(parameter('method.request.path.other')),
    ],
    [
      { requestParameters: { 'integration.request.body': 'x', 'integration.request.header.a': 'y' } },
      mapping(expression('integration.request.body'), expression('x'), expression('y')),
    ],
    [{ cacheKeyParameters: ['method.request.header.a'] }, mapping(parameter('method.request.header.a'))],
  ] as const)('refuses %j and changes nothing', async (input, error) => {
    const before = await read();
    await expect(put(input as Partial<PutIntegrationRequest>)).rejects.toMatchObject(error);
    expect({ ...(await read()), $metadata: 0 }).toEqual({ ...before, $metadata: 0 });
  });

  it.each(['connectionType', 'contentHandling', 'responseTransferMode'])(
    'refuses an unknown value of the enum %s',
    async (member) => {
      const path = '/restapis/petstore01/resources/petsitem01/methods/GET/integration';
      const { status, json } = await stageApi.raw('PUT', path, { type: 'MOCK', [member]: 'x' });
      expect([status, json]).toEqual([
        400,
        { message: expect.stringContaining(`Value 'x' at 'putIntegrationInput.${member}' failed`) },
      ]);
    },
  );
});

describe('UpdateIntegration', () => {
  it('changes members, entries and cache keys', async () => {
    await update(
      replace('/uri', 'https://new.example.com'),
      replace('/httpMethod', 'POST'),
      replace('/passthroughBehavior', 'WHEN_NO_TEMPLATES'),
      replace('/timeoutInMillis', '1000'),
      replace('/cacheNamespace', 'n'),
      replace('/contentHandling', 'CONVERT_TO_BINARY'),
      replace('/credentials', 'arn:aws:iam::123456789012:role/r'),
      replace('/tlsConfig/insecureSkipVerification', 'true'),
      add('/requestTemplates/application~1json', '{}'),
      add('/cacheKeyParameters/method.request.path.petId', ''),
      add('/cacheKeyParameters/integration.request.path.petId', ''),
      remove('/cacheKeyParameters/method.request.path.petId'),
    );
    expect(await read()).toMatchObject({
      uri: 'https://new.example.com',
      httpMethod: 'POST',
      passthroughBehavior: 'WHEN_NO_TEMPLATES',
      timeoutInMillis: 1000,
      cacheNamespace: 'n',
      contentHandling: 'CONVERT_TO_BINARY',
      credentials: 'arn:aws:iam::123456789012:role/r',
      tlsConfig: { insecureSkipVerification: true },
      requestTemplates: { 'application/json': '{}' },
      cacheKeyParameters: ['integration.request.path.petId'],
    });
    await update(
      replace('/contentHandling', ''),
      replace('/credentials', ''),
      remove('/requestTemplates/application~1json'),
    );
    const { contentHandling, credentials, requestTemplates } = await read();
    expect([contentHandling, credentials, requestTemplates]).toEqual([undefined, undefined, undefined]);
  });

  it('removes the cache key of a request parameter with it', async () => {
    await update(
      add('/cacheKeyParameters/integration.request.path.petId', ''),
      replace('/cacheKeyParameters/integration.request.path.petId', ''),
    );
    await update(remove('/requestParameters/integration.request.path.petId'));
    expect(await read()).toMatchObject({ cacheKeyParameters: [] });
  });

  it.each<[PatchOperation, object]>([
    [replace('/type', 'MOCK'), badRequest('Invalid patch path /type')],
    [replace('/uri', 'x'), badRequest('Invalid HTTP endpoint specified for URI')],
    [replace('/timeoutInMillis', 'x'), badRequest('Timeout should be between 50 ms and 29000 ms')],
    [replace('/timeoutInMillis', '1'), badRequest('Timeout should be between 50 ms and 29000 ms')],
    [
      replace('/connectionType', 'x'),
      badRequest('Invalid value x for path: /connectionType. Must be one of: [INTERNET, VPC_LINK]'),
    ],
    [
      add('/requestParameters/integration.request.header.a', 'method.request.header.a'),
      mapping(parameter('method.request.header.a')),
    ],
    [
      remove('/requestParameters/integration.request.header.a'),
      refusal(404, 'NotFoundException', 'Invalid parameter name specified'),
    ],
    [remove('/cacheKeyParameters/a'), refusal(404, 'NotFoundException', 'Invalid parameter name specified')],
    [
      remove('/requestTemplates/application~1json'),
      refusal(404, 'NotFoundException', 'Content-Type specified was not found'),
    ],
  ])('refuses %j and changes nothing', async (operation, error) => {
    await expect(update(replace('/cacheNamespace', 'changed'), operation)).rejects.toMatchObject(error);
    expect(await read()).toMatchObject({ cacheNamespace: 'petsitem01' });
  });
});

describe('an integration that does not exist', () => {
  it('is refused to every operation', async () => {
    const integration = '/restapis/petstore01/resources/petsitem01/methods/GET/integration';
    expect((await stageApi.raw('DELETE', integration)).status).toBe(204);
    const answers = [
      await stageApi.raw('GET', integration),
      await stageApi.raw('DELETE', integration),
      await stageApi.raw('PATCH', integration, {}),
      await stageApi.raw('PUT', `${integration}/responses/200`, {}),
      await stageApi.raw('DELETE', `${integration}/responses/200`),
    ];
    const unknown = { message: 'Invalid Integration identifier specified' };
    expect(answers.map(({ status, json }) => [status, json])).toEqual(answers.map(() => [404, unknown]));
  });
});

describe('the responses of an integration', () => {
  it('map only headers that the method response declares', async () => {
    const responseParameters = { 'method.response.header.a': "'constant'" };
    await expect(putResponse({ responseParameters })).rejects.toMatchObject(
      mapping(parameter('method.response.header.a')),
    );
    await stageApi.raw('PATCH', '/restapis/petstore01/resources/petsitem01/methods/GET/responses/200', {
      patchOperations: [add('/responseParameters/method.response.header.a', 'false')],
    });
    await expect(putResponse({ responseParameters })).resolves.toMatchObject({ responseParameters });
    await expect(
      putResponse({ responseParameters: { 'method.response.header.a': 'method.request.header.a' } }),
    ).rejects.toMatchObject(mapping(expression('method.request.header.a')));
  });

  it('are changed by their own paths', async () => {
    await putResponse({ selectionPattern: 'a' });
    const patched = await stageApi.client().send(
      new UpdateIntegrationResponseCommand({
        ...{ ...method, statusCode: '200' },
        patchOperations: [
          replace('/selectionPattern', ''),
          replace('/contentHandling', 'CONVERT_TO_TEXT'),
          add('/responseTemplates/text~1plain', 'x'),
        ],
      }),
    );
    expect(patched).toMatchObject({
      statusCode: '200',
      selectionPattern: '',
      contentHandling: 'CONVERT_TO_TEXT',
      responseTemplates: { 'text/plain': 'x' },
    });
  });
});
