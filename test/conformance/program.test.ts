import { createServer, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readCases } from '../../src/conformance/cases.ts';
import { type EmbeddedStageApi, emptyState, startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { request } from '../embedded/stage-api.ts';
import { startProcess } from '../support/gateway-process.ts';
import { listenLocally } from '../support/local-server.ts';

const recordedSteps = readCases().flatMap(({ steps }) => steps.filter(({ setup }) => setup !== true)).length;

let stageApi: EmbeddedStageApi;
beforeAll(async () => {
  stageApi = await startEmbeddedStageApi({ port: 0, state: emptyState });
});
afterAll(() => stageApi.close());

async function conformance(...args: string[]) {
  const { exited, output } = startProcess({}, ['conformance', ...args]);
  return { code: await exited, output: output() };
}

const oneCase = (url: string, ...more: string[]) =>
  conformance('--endpoint', url, '--case', 'restapi-list-and-delete', ...more);

/** In front of the embedded Stage API: an emulator that changes texts in its answers. */
async function startWrongEmulator(
  change: (text: string) => string,
  fails: (incoming: IncomingMessage) => boolean = () => false,
) {
  const server = createServer((incoming, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      if (fails(incoming)) {
        response.writeHead(500).end('{}');
        return;
      }
      const { method = '', url = '', headers } = incoming;
      const body = Buffer.concat(chunks);
      const answer = await fetch(`${stageApi.url}${url}`, {
        method,
        headers: {
          authorization: headers.authorization ?? '',
          'content-type': headers['content-type'] ?? '',
        },
        ...(body.length > 0 ? { body } : {}),
      });
      const code = answer.headers.get('x-amzn-errortype');
      response.writeHead(answer.status, code === null ? {} : { 'x-amzn-errortype': code });
      response.end(change(await answer.text()));
    })();
  });
  return listenLocally(server);
}

describe('stagegraph conformance', () => {
  test('gives an emulator that answers as AWS the full score, and leaves nothing behind', async () => {
    const { code, output } = await conformance('--endpoint', stageApi.url);
    expect(output).toMatch(
      new RegExp(`^${recordedSteps} of ${recordedSteps} steps as recorded from AWS$`, 'm'),
    );
    expect(code).toBe(0);
    const { json } = await request(stageApi.url, 'GET', '/restapis');
    expect(json).toEqual({ item: [] });
  });

  test('names each difference of an emulator that answers otherwise, and goes on', async () => {
    const emulator = await startWrongEmulator((text) => text.replaceAll('"HEADER"', '"AUTHORIZER"'));
    const { code, output } = await oneCase(emulator.url);
    await emulator.close();
    expect(output).toMatch(/^FAIL 1\/5 {2}restapi-list-and-delete$/m);
    expect(output).toContain(
      '    step 1, create_rest_api\n      answer.body.apiKeySource: expected "HEADER", got "AUTHORIZER"\n',
    );
    expect(output).toMatch(/^1 of 5 steps as recorded from AWS$/m);
    expect(code).toBe(1);
    const { json } = await request(stageApi.url, 'GET', '/restapis');
    expect(json).toEqual({ item: [] });
  });

  test('says that an answer is not JSON, and goes on with the steps that need nothing of it', async () => {
    const emulator = await startWrongEmulator((text) => (text.includes('"id"') ? '<html>' : text));
    const { code, output } = await oneCase(emulator.url, '--format', 'json');
    await emulator.close();
    expect(JSON.parse(output)).toMatchObject({
      passed: 0,
      steps: 5,
      cases: [
        {
          id: 'restapi-list-and-delete',
          steps: [
            { op: 'create_rest_api', differences: [expect.stringMatching(/^no usable answer: .*JSON/)] },
            { op: 'create_rest_api' },
            { op: 'get_rest_apis' },
            { op: 'delete_rest_api', differences: ['no earlier step gave <api>'] },
            { op: 'get_rest_apis' },
          ],
        },
      ],
    });
    expect(code).toBe(1);
  });

  test.each([
    ['no endpoint', [], /--endpoint is required/],
    ['an endpoint that is no URL', ['--endpoint', 'localhost:4001'], /must be a URL/],
    ['AWS itself', ['--endpoint', 'https://apigateway.eu-central-1.amazonaws.com'], /Add --allow-aws/],
    [
      'AWS itself, with the final dot of its name',
      ['--endpoint', 'https://apigateway.eu-central-1.amazonaws.com./'],
      /Add --allow-aws/,
    ],
    ['AWS in China', ['--endpoint', 'https://apigateway.cn-north-1.amazonaws.com.cn'], /Add --allow-aws/],
    ['an unknown case', ['--endpoint', 'http://127.0.0.1:9', '--case', 'nope'], /Unknown case: nope/],
    ['an unknown option', ['--fast'], /--fast/],
    [
      'a format that it does not have',
      ['--endpoint', 'http://127.0.0.1:9', '--format', 'tap'],
      /text or json/,
    ],
    [
      'nothing that listens',
      ['--endpoint', 'http://127.0.0.1:9'],
      /does not answer GetRestApis: .*(bad port|ECONNREFUSED)/,
    ],
  ])('exits with code 2 for %s', async (_, args, message) => {
    const { code, output } = await conformance(...args);
    expect(output).toMatch(message);
    expect(code).toBe(2);
  });

  test('says which REST APIs the emulator did not delete', async () => {
    const emulator = await startWrongEmulator(
      (text) => text,
      ({ method }) => method === 'DELETE',
    );
    const { code, output } = await oneCase(emulator.url);
    await emulator.close();
    expect(output).toMatch(/^The REST API \w+ could not be deleted: 500 an error$/m);
    expect(code).toBe(1);
    await stageApi.clear();
  });

  test('does not follow a redirect, which could lead to AWS', async () => {
    const server = createServer((_, response) => {
      response.writeHead(307, { location: `${stageApi.url}/restapis` }).end();
    });
    const { url, close } = await listenLocally(server);
    stageApi.resetCalls();
    await oneCase(url);
    await close();
    expect(stageApi.calls()).toEqual({});
  });

  test('lists its cases', async () => {
    const { code, output } = await conformance('--list');
    expect(output.trim().split('\n')).toEqual(readCases().map(({ id }) => id));
    expect(code).toBe(0);
  });
});
