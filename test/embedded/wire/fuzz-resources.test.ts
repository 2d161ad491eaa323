import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../../src/embedded/start.ts';
import { parseState } from '../../../src/embedded/state/parse-state.ts';
import { request } from '../stage-api.ts';

const problems: unknown[] = [];
let api: EmbeddedStageApi;

beforeAll(async () => {
  api = await startEmbeddedStageApi({ onProblem: (problem) => problems.push(problem) });
});
afterAll(() => api.close());

interface Resource {
  readonly id: string;
  readonly path: string;
  readonly resourceMethods?: Readonly<
    Record<string, { readonly authorizationType: string; readonly apiKeyRequired: boolean }>
  >;
}

const noise = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '__proto__', 'constructor', '~', '~1', 'null', '{', '}', '{x', '{x+}', '.', '*'),
);
const pathPart = fc.oneof(fc.constantFrom('a', 'b', '{id}', '{proxy+}', 'a:b', '$x'), noise);
const verb = fc.constantFrom('GET', 'GET', 'POST', 'ANY', 'get', 'constructor', '__proto__');
const statusCode = fc.constantFrom('200', '200', '404', '600', 'wrong', '__proto__');
const parameter = fc.oneof(
  fc.constantFrom('method.request.path.id', 'method.request.header.a', 'method.request.querystring.a'),
  fc.constantFrom('integration.request.path.id', 'integration.request.header.a', 'method.response.header.a'),
  fc.constantFrom("'constant'", 'context.requestId', 'method.request.body', 'integration.response.body.x'),
  noise,
);
const contentType = fc.oneof(fc.constantFrom('application/json', 'text/plain; charset=utf-8'), noise);
const texts = fc.oneof(
  fc.dictionary(parameter, parameter, { maxKeys: 2 }),
  fc.dictionary(contentType, noise, { maxKeys: 2 }),
);
const flags = fc.dictionary(parameter, fc.boolean(), { maxKeys: 2 });
const models = fc.dictionary(contentType, fc.constantFrom('Empty', 'Error', 'None'), { maxKeys: 2 });

const methodInput = fc.record(
  {
    authorizationType: fc.constantFrom('NONE', 'NONE', 'none', 'AWS_IAM', 'CUSTOM', 'x'),
    apiKeyRequired: fc.oneof(fc.boolean(), noise),
    operationName: noise,
    requestParameters: flags,
    requestModels: models,
    authorizationScopes: fc.array(noise, { maxLength: 2 }),
  },
  { requiredKeys: ['authorizationType'] },
);
const methodResponseInput = fc.record(
  { responseParameters: flags, responseModels: models },
  { requiredKeys: [] },
);
const integrationInput = fc.record(
  {
    type: fc.constantFrom('MOCK', 'MOCK', 'HTTP', 'HTTP_PROXY', 'AWS', 'AWS_PROXY', 'x'),
    httpMethod: fc.constantFrom('GET', 'ANY', 'x', ''),
    uri: fc.oneof(
      fc.constantFrom('https://example.com/{id}', 'arn:aws:apigateway:us-east-1:lambda:path/x', 'arn'),
      noise,
    ),
    requestParameters: texts,
    requestTemplates: texts,
    passthroughBehavior: fc.constantFrom('never', 'WHEN_NO_TEMPLATES', 'x'),
    timeoutInMillis: fc.oneof(fc.constantFrom(50, 29_000), fc.double(), noise),
    cacheKeyParameters: fc.array(parameter, { maxLength: 2 }),
    cacheNamespace: noise,
    tlsConfig: fc.record({ insecureSkipVerification: fc.boolean() }, { requiredKeys: [] }),
  },
  { requiredKeys: ['type'] },
);
const integrationResponseInput = fc.record(
  { selectionPattern: noise, responseParameters: texts, responseTemplates: texts },
  { requiredKeys: [] },
);

const patchPath = fc.oneof(
  fc.constantFrom('/pathPart', '/parentId', '/apiKeyRequired', '/authorizationType', '/authorizerId'),
  fc.constantFrom('/authorizationScopes', '/operationName', '/requestValidatorId', '/uri', '/httpMethod'),
  fc.constantFrom('/connectionType', '/connectionId', '/contentHandling', '/credentials', '/cacheNamespace'),
  fc.constantFrom('/passthroughBehavior', '/timeoutInMillis', '/tlsConfig/insecureSkipVerification'),
  fc.constantFrom('/selectionPattern', '/responseTransferMode', '/integrationTarget'),
  fc
    .tuple(
      fc.constantFrom('requestParameters', 'requestModels', 'requestTemplates', 'cacheKeyParameters'),
      fc.oneof(parameter, contentType),
    )
    .map(([map, name]) => `/${map}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  fc
    .tuple(fc.constantFrom('responseParameters', 'responseModels', 'responseTemplates', 'x'), parameter)
    .map(([map, name]) => `/${map}/${name}`),
  noise,
);
const patch = fc.record({
  patchOperations: fc.array(
    fc.record(
      {
        op: fc.constantFrom('replace', 'replace', 'add', 'remove', 'copy', 'nope'),
        path: patchPath,
        value: fc.oneof(
          fc.constantFrom('true', 'false', 'AWS_IAM', 'Empty', '100', 'GET', 'a', 'https://example.com'),
          parameter,
        ),
      },
      { requiredKeys: ['op', 'path'] },
    ),
    { maxLength: 3 },
  ),
});

/** `{r}` stands for a resource that exists, chosen by the number. */
interface Action {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly resource: number;
}

const at = (path: fc.Arbitrary<string>, method: string, body: fc.Arbitrary<unknown>) =>
  fc.record({ method: fc.constant(method), path, body, resource: fc.nat(20) });
const methodPath = verb.map((name) => `/{r}/methods/${name}`);
const under = (suffix: string) =>
  fc.tuple(methodPath, statusCode).map(([path, status]) => `${path}${suffix.replace('{s}', status)}`);

const root = fc.constant('/{r}');
const responses = under('/responses/{s}');
const integrations = methodPath.map((path) => `${path}/integration`);
const integrationResponses = under('/integration/responses/{s}');
const none = fc.constant(undefined);

const action: fc.Arbitrary<Action> = fc.oneof(
  at(root, 'POST', fc.record({ pathPart })),
  at(root, 'PATCH', patch),
  at(methodPath, 'PUT', methodInput),
  at(methodPath, 'PATCH', patch),
  at(responses, 'PUT', methodResponseInput),
  at(responses, 'PATCH', patch),
  at(integrations, 'PUT', integrationInput),
  at(integrations, 'PATCH', patch),
  at(integrationResponses, 'PUT', integrationResponseInput),
  at(integrationResponses, 'PATCH', patch),
  ...[root, methodPath, responses, integrations, integrationResponses].map((path) =>
    at(path, 'DELETE', none),
  ),
  ...[root, methodPath, responses, integrations, integrationResponses].map((path) => at(path, 'GET', none)),
);

const send = (method: string, path: string, body?: unknown) => request(api.url, method, path, body);

async function listResources(restApi: string): Promise<readonly Resource[]> {
  const { json } = await send('GET', `${restApi}/resources?embed=methods&limit=500`);
  return (json as { item: Resource[] }).item;
}

/** Every accepted deployment has the methods of this moment. */
async function expectSnapshot(restApi: string, resources: readonly Resource[]) {
  const { status, json } = await send('POST', `${restApi}/deployments`, {});
  expect([201, 400]).toContain(status);
  if (status !== 201) return;
  const { id } = json as { id: string };
  const deployment = await send('GET', `${restApi}/deployments/${id}?embed=apisummary`);
  const summary = Object.fromEntries(
    resources.flatMap(({ path, resourceMethods }) =>
      resourceMethods
        ? [
            [
              path,
              Object.fromEntries(
                Object.entries(resourceMethods).map(([name, { authorizationType, apiKeyRequired }]) => [
                  name,
                  { authorizationType, apiKeyRequired },
                ]),
              ),
            ],
          ]
        : [],
    ),
  );
  expect(deployment.json).toMatchObject({ id, apiSummary: summary });
}

describe('for arbitrary operations on resources', () => {
  it('every one is answered, all or nothing, and the state stays valid', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 4, maxLength: 24 }), async (actions) => {
        const { id } = (await send('POST', '/restapis', { name: 'fuzzed' })).json as { id: string };
        const restApi = `/restapis/${id}`;
        for (const { method, path, body, resource } of actions) {
          const before = await listResources(restApi);
          const chosen = before[resource % before.length]?.id ?? '';
          const target = path.split('/').map(encodeURIComponent).join('/').replace('%7Br%7D', chosen);
          const { status, json } = await send(method, `${restApi}/resources${target}`, body);
          const isRefusal = status >= 400;
          expect(status).toBeLessThan(500);
          expect(isRefusal ? json : { message: '' }).toMatchObject({ message: expect.any(String) });
          const after = await listResources(restApi);
          expect(isRefusal || method === 'GET' ? after : before).toEqual(before);
          expect(new Set(after.map((item) => item.path)).size).toBe(after.length);
          accepted += isRefusal || method === 'GET' ? 0 : 1;
        }
        await expectSnapshot(restApi, await listResources(restApi));
        const { json } = await send('GET', '/_embedded/state');
        expect(parseState(json, 'state').version).toBe(2);
        await send('DELETE', restApi);
      }),
      { seed: 20, interruptAfterTimeLimit: 6000, numRuns: 60 },
    );
    expect(accepted).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  }, 20_000);
});
