import {
  GetMethodCommand,
  type PatchOperation,
  PutMethodCommand,
  type PutMethodRequest,
  PutMethodResponseCommand,
  type PutMethodResponseRequest,
  UpdateMethodCommand,
  UpdateMethodResponseCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { badRequest, refusal, remove, replace, useStageApi } from '../../stage-api.ts';

const stageApi = useStageApi();
const method = { restApiId: 'petstore01', resourceId: 'petsitem01', httpMethod: 'PUT' };
const path = '/restapis/petstore01/resources/petsitem01/methods';
const add = (at: string, value: string): PatchOperation => ({ op: 'add', path: at, value });
const notFound = (message: string) => refusal(404, 'NotFoundException', message);
const conflict = (message: string) => refusal(409, 'ConflictException', message);
const mapping = (error: string) =>
  badRequest(`Invalid mapping expression specified: Validation Result: warnings : [], errors : [${error}]`);

const put = (input: Partial<PutMethodRequest> = {}) =>
  stageApi.client().send(new PutMethodCommand({ ...method, authorizationType: 'NONE', ...input }));
const update = (...patchOperations: PatchOperation[]) =>
  stageApi.client().send(new UpdateMethodCommand({ ...method, patchOperations }));
const read = () => stageApi.client().send(new GetMethodCommand(method));
/** Without the SDK's metadata. */
const members = ({ $metadata: _, ...rest }: Awaited<ReturnType<typeof read>>) => rest;

describe('PutMethod', () => {
  it('keeps what it is given, empty maps too', async () => {
    await put({
      authorizationType: 'aws_iam',
      apiKeyRequired: true,
      operationName: 'rename',
      requestParameters: {},
      requestModels: { 'application/json': 'Empty', 'text/plain': 'Error' },
      authorizationScopes: ['read'],
    });
    expect(members(await read())).toEqual({
      httpMethod: 'PUT',
      authorizationType: 'AWS_IAM',
      apiKeyRequired: true,
      operationName: 'rename',
      requestParameters: {},
      requestModels: { 'application/json': 'Empty', 'text/plain': 'Error' },
      authorizationScopes: ['read'],
    });
  });

  it('refuses a method that exists', async () => {
    await put();
    await expect(put()).rejects.toMatchObject(conflict('Method already exists for this resource'));
    await expect(put({ httpMethod: 'ANY' })).resolves.toMatchObject({ httpMethod: 'ANY' });
  });

  it.each([
    [{ httpMethod: 'get' }, /^Invalid HttpMethod specified/],
    [{ authorizationType: 'x' }, /^Invalid authorization type specified: x/],
    [{ authorizationType: 'COGNITO_USER_POOLS', authorizerId: 'a' }, /^Invalid authorizer ID specified/],
    [
      { requestParameters: { 'method.request.body.x': true } },
      /expression specified: method.request.body.x\]/,
    ],
    [{ requestParameters: { 'method.request.path.': true } }, /expression specified: method.request.path.\]/],
  ])('refuses %j', async (input, message) => {
    await expect(put(input)).rejects.toMatchObject(badRequest(expect.stringMatching(message) as never));
    await expect(read()).rejects.toMatchObject(notFound('Invalid Method identifier specified'));
  });

  it('needs an authorization type', async () => {
    const { status, json } = await stageApi.raw('PUT', `${path}/PUT`, {});
    expect([status, json]).toEqual([
      400,
      {
        message:
          "1 validation error detected: Value null at 'putMethodInput.authorizationType' failed to satisfy constraint: Member must not be null",
      },
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('does not know the method %s', async (name) => {
    const { status, json } = await stageApi.raw('GET', `${path}/${name}`);
    expect([status, json]).toEqual([404, { message: 'Invalid Method identifier specified' }]);
  });
});

describe('UpdateMethod', () => {
  it('changes members, entries and scopes, and omits what becomes empty', async () => {
    await put({ requestParameters: { 'method.request.header.a': true }, operationName: 'x' });
    await update(
      remove('/requestParameters/method.request.header.a'),
      add('/requestModels/text~1plain', 'Empty'),
      remove('/requestModels/text~1plain'),
      add('/authorizationScopes', 'read'),
      add('/authorizationScopes', 'read'),
      add('/authorizationScopes', 'write'),
      { ...remove('/authorizationScopes'), value: 'read' },
      replace('/operationName', ''),
      replace('/requestValidatorId', ''),
      replace('/authorizerId', 'ignored'),
    );
    expect(members(await read())).toEqual({
      httpMethod: 'PUT',
      authorizationType: 'NONE',
      apiKeyRequired: false,
      authorizationScopes: ['write'],
    });
  });

  it.each<[PatchOperation, object]>([
    [replace('/httpMethod', 'GET'), badRequest('Invalid patch path /httpMethod')],
    [replace('/requestParameters', 'x'), badRequest('Invalid patch path /requestParameters')],
    [replace('/requestParameters/a/b', 'true'), badRequest('Invalid patch path /requestParameters/a/b')],
    [
      add('/apiKeyRequired', 'true'),
      badRequest('Invalid patch operation specified. Must be one of: [replace]'),
    ],
    [
      { op: 'copy', path: '/requestModels/a', from: '/x' },
      badRequest('Invalid patch operation specified. Must be one of: [add, replace, remove]'),
    ],
    [
      { op: 'replace', path: '/operationName' },
      badRequest('Missing value for replace operation with path: /operationName'),
    ],
    [
      replace('/apiKeyRequired', 'yes'),
      badRequest('Invalid value yes for path: /apiKeyRequired. Must be true or false'),
    ],
    [remove('/requestParameters/method.request.header.a'), notFound('Invalid parameter name specified')],
    [remove('/requestModels/text~1plain'), notFound('Content-Type specified was not found')],
    [add('/requestModels/text~1plain', 'Pet'), badRequest('Invalid model identifier specified: Pet')],
    [add('/requestParameters/a', 'true'), mapping('Invalid mapping expression specified: a')],
    [replace('/requestValidatorId', 'v'), badRequest('Invalid Request Validator identifier specified')],
  ])('refuses %j and changes nothing', async (operation, error) => {
    await put();
    const change = update(replace('/operationName', 'changed'), operation);
    await expect(change).rejects.toMatchObject(error);
    expect(await read()).not.toHaveProperty('operationName');
  });
});

describe('the responses of a method', () => {
  const response = { ...method, statusCode: '404' };
  const putResponse = (input: Partial<PutMethodResponseRequest> = {}) =>
    stageApi.client().send(new PutMethodResponseCommand({ ...response, ...input }));

  it('are refused if they exist', async () => {
    await put();
    await putResponse();
    await expect(putResponse()).rejects.toMatchObject(conflict('Response already exists for this resource'));
  });

  it('disappear from the method with the last one', async () => {
    await put();
    await putResponse();
    expect(await read()).toMatchObject({ methodResponses: { 404: { statusCode: '404' } } });
    const { status } = await stageApi.raw('DELETE', `${path}/PUT/responses/404`);
    expect([status, await read()]).toEqual([204, expect.not.objectContaining({ methodResponses: {} })]);
    expect(await read()).not.toHaveProperty('methodResponses');
  });

  it('omit a map whose last entry is removed', async () => {
    await put();
    await putResponse({ responseParameters: { 'method.response.header.a': true } });
    const changed = await stageApi.client().send(
      new UpdateMethodResponseCommand({
        ...response,
        patchOperations: [remove('/responseParameters/method.response.header.a')],
      }),
    );
    expect([changed.statusCode, changed.responseParameters]).toEqual(['404', undefined]);
  });

  it.each([
    [{ responseModels: { 'text/plain': 'Pet' } }, badRequest('Invalid model identifier specified: Pet')],
    [
      { responseParameters: { 'method.response.body': true } },
      mapping('Invalid mapping expression specified: method.response.body'),
    ],
  ])('are refused with %j', async (input, error) => {
    await put();
    await expect(putResponse(input)).rejects.toMatchObject(error);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    'are refused to %s with a malformed status code',
    async (verb) => {
      for (const at of ['responses', 'integration/responses']) {
        const body = verb === 'GET' || verb === 'DELETE' ? undefined : {};
        const { status, json, headers } = await stageApi.raw(verb, `${path}/GET/${at}/600`, body);
        expect([status, headers.get('x-amzn-errortype'), json]).toEqual([
          400,
          'ValidationException',
          {
            message:
              "1 validation error detected: Value '600' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
          },
        ]);
      }
    },
  );
});
