import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { endConnections } from '../../../src/http/connections/end-connections.ts';
import { addressesOf, type Listeners, listenAt, originOf } from '../../../src/http/connections/listen.ts';
import '../../support/one-realm.ts';

/** Two addresses of this machine, as localhost may have two. */
const ADDRESSES = ['127.0.0.1', '127.0.0.2'];

let app: FastifyInstance;
let doors: Listeners;
let answerLate: () => void;
beforeEach(async () => {
  app = fastify({
    clientErrorHandler: (_, socket) => void socket.end('HTTP/1.1 400 Ours\r\n\r\n'),
    return503OnClosing: false,
  });
  const late = new Promise<void>((resolve) => {
    answerLate = resolve;
  });
  app.get('/', () => 'here');
  app.get('/late', () => late.then(() => 'late'));
  app.get('/long', () => 'long'.repeat(10_000_000));
  app.addHook('onClose', endConnections(app));
  doors = await listenAt(app, ADDRESSES, 0);
});
afterEach(() => {
  answerLate();
});

/** Sends bytes to one of the addresses, and reads until the connection is closed. */
async function exchange(address: string, bytes: string): Promise<string> {
  const socket = connect(doors.port, address);
  let answered = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answered += text;
  });
  await once(socket, 'connect');
  socket.write(bytes);
  await once(socket, 'close');
  return answered;
}

describe.each(ADDRESSES)('at %s', (address) => {
  test('the one server answers requests and refuses malformed ones', async () => {
    const url = originOf(address, doors.port);
    expect(await (await fetch(url)).text()).toBe('here');
    expect(await exchange(address, 'no HTTP\r\n\r\n')).toContain('400 Ours');
  });

  test('a stop waits for requests in flight only', async () => {
    const arrived = once(app.server, 'request');
    const running = exchange(address, 'GET /late HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
    await arrived;
    const halfHead = exchange(address, 'GET /late HTTP/1.1\r\n');
    await once(app.server, 'connection');
    doors.close();
    const order: string[] = [];
    const closed = app.close().then(() => order.push('closed'));
    await halfHead.then(() => order.push('half a head'));
    order.push('answer');
    answerLate();
    expect(await running).toMatch(/late$/);
    await closed;
    expect(order).toEqual(['half a head', 'answer', 'closed']);
    await expect(fetch(originOf(address, doors.port))).rejects.toThrow('fetch failed');
  });
});

test('a stop does not cut off a response to a slow client', async () => {
  const slow = connect(doors.port, ADDRESSES[0]);
  slow.write('GET /long HTTP/1.1\r\nhost: a\r\n\r\n');
  await once(slow, 'readable');
  const silent = connect(doors.port, ADDRESSES[0]);
  await once(silent, 'connect');
  const closed = app.close();
  await once(silent, 'close');
  let length = 0;
  slow.on('data', (text: Buffer) => {
    length += text.length;
  });
  await once(slow, 'close');
  await closed;
  expect(length).toBeGreaterThan(40_000_000);
});

test('localhost resolves to all of its addresses; other hosts are used as they are', async () => {
  expect(await addressesOf('localhost')).toContain('127.0.0.1');
  expect(await addressesOf('0.0.0.0')).toEqual(['0.0.0.0']);
});

test('an address that this machine does not have is skipped, unless it is the first', async () => {
  const here = fastify();
  await listenAt(here, ['127.0.0.1', '192.0.2.1'], 0);
  await here.close();
  const nowhere = fastify();
  await expect(listenAt(nowhere, ['192.0.2.1', '127.0.0.1'], 0)).rejects.toThrow('EADDRNOTAVAIL');
  await nowhere.close();
});

test('an IPv6 address is in brackets in a URL', () => {
  expect(originOf('::', 4000)).toBe('http://[::]:4000');
  expect(originOf('localhost', 4000)).toBe('http://localhost:4000');
});
