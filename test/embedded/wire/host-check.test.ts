import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readCommandLine } from '../../../src/embedded/command-line.ts';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../../src/embedded/start.ts';
import { authorization } from '../stage-api.ts';

let api: EmbeddedStageApi | undefined;
afterEach(() => {
  api = undefined;
});

/** Sends a request with only these headers, and returns the status and the body of the response. */
async function send(start: string, headers: readonly string[], body = '') {
  api ??= await startEmbeddedStageApi({ allowedHosts: ['*.corp.example', 'Stage-Api:4001'] });
  const { port } = new URL(api.url);
  const head = [`${start} HTTP/1.1`, ...headers, 'connection: close', `content-length: ${body.length}`];
  const bytes = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write([...head, '', body].join('\r\n')));
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', reject).on('close', () => resolve(received));
  });
  const [answered = '', text = ''] = bytes.split('\r\n\r\n');
  return { status: Number(answered.split(' ')[1]), text };
}

const read = (...headers: string[]) =>
  send('GET /restapis/petstore01/stages/dev', [`authorization: ${authorization}`, ...headers]);
/** A simple cross-origin request: a form, with the signature in the query. */
const presigned =
  'POST /restapis?X-Amz-Algorithm=a&X-Amz-Credential=a&X-Amz-Date=a&X-Amz-SignedHeaders=a&X-Amz-Signature=a';
const control = (...headers: string[]) => send('GET /_embedded/state', headers);

describe('on a loopback address', () => {
  it.each([
    'localhost',
    'localhost:4001',
    'api.localhost',
    '127.0.0.1:4001',
    '[::1]:4001',
    'LocalHost.',
    'a.corp.example:80',
    'stage-api',
  ])('accepts the host %s', async (host) => {
    expect(await read(`host: ${host}`)).toMatchObject({ status: 200 });
    expect(await control(`host: ${host}`)).toMatchObject({ status: 200 });
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    'evilcorp.example',
    'corp.example',
    '127.0.0.1.example',
  ])('rejects the host %s, which a web page could have chosen', async (host) => {
    const { status, text } = await read(`host: ${host}`);
    expect({ status, body: JSON.parse(text) as unknown }).toEqual({
      status: 421,
      body: { message: expect.stringContaining('ALLOWED_HOSTS') },
    });
    const { status: ofControl, text: error } = await control(`host: ${host}`);
    expect({ status: ofControl, body: JSON.parse(error) as unknown }).toEqual({
      status: 421,
      body: { error: expect.stringContaining('ALLOWED_HOSTS') },
    });
  });

  it.each([['host:'], ['host: a b'], ['host: [::1'], ['host: [localhost]'], ['host: a:b'], ['x: y']])(
    'answers a malformed or missing host with 400: %s',
    async (line) => {
      expect(await read(line)).toMatchObject({ status: 400 });
      expect(await control(line)).toMatchObject({ status: 400 });
    },
  );
});

describe('web pages of other sites', () => {
  it.each(['http://evil.example', 'null', '', 'http://localhost:5173', 'http://127.0.0.1:4001.evil.example'])(
    'cannot change anything by a form: origin "%s"',
    async (origin) => {
      const headers = ['host: 127.0.0.1:4001', `origin: ${origin}`, 'content-type: text/plain'];
      expect(await send(presigned, headers, '{"name":"forged"}')).toMatchObject({ status: 421 });
      expect(await send('PATCH /_embedded/modes', headers, '{"quota":true}')).toMatchObject({ status: 421 });
      expect(api?.requests()).toEqual([]);
      const { text } = await send('GET /_embedded/modes', ['host: localhost']);
      expect(JSON.parse(text)).toMatchObject({ quota: false });
    },
  );

  it('without another origin are accepted', async () => {
    const headers = ['host: 127.0.0.1:4001', 'origin: http://127.0.0.1:4001'];
    expect(await send(presigned, headers, '{"name":"mine"}')).toMatchObject({ status: 201 });
  });

  it('are refused on any address', async () => {
    api = await startEmbeddedStageApi({ host: '0.0.0.0' });
    expect(await read('host: stage-api:4001')).toMatchObject({ status: 200 });
    expect(await read('host: stage-api:4001', 'origin: http://evil.example')).toMatchObject({ status: 421 });
  });
});

describe('the command line', () => {
  it('takes further hosts from an option, or else from the environment', () => {
    const environment = { ALLOWED_HOSTS: 'a.example, *.b.example' };
    expect(readCommandLine([], environment)).toMatchObject({
      options: { allowedHosts: ['a.example', '*.b.example'] },
    });
    expect(readCommandLine(['--allowed-hosts', 'c'], environment)).toMatchObject({
      options: { allowedHosts: ['c'] },
    });
    expect(readCommandLine(['--allowed-hosts', 'http://c'], environment)).toEqual({
      kind: 'mistakes',
      mistakes: [expect.stringContaining('--allowed-hosts http://c: must be host names')],
    });
  });
});
