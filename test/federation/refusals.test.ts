import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { defaultLimits } from '../../src/graphql/limits/limits.ts';
import { closeAfterwards } from '../support/closing.ts';
import { runSupergraph } from './supergraph.ts';

const SECRET = 'a-secret-of-the-routers';
const query = '{ services { team stages { deployment { description } } } }';

type Options = Parameters<typeof runSupergraph>[0];
const start = (options: Options) =>
  runSupergraph({ routerSecrets: [SECRET], routerSecret: SECRET, ...options });

/** Begins a request directly, and never ends it. */
async function begin(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  closeAfterwards(() => socket.destroy());
  const head = [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    `router-authorization: ${SECRET}`,
    'content-type: application/json',
    'content-length: 9',
  ];
  await new Promise<void>((resolve) => socket.write([...head, '', ''].join('\r\n'), () => resolve()));
}

describe('what stagegraph refuses as a whole, the client of the router learns, with what to do', () => {
  test('more requests than one caller may send', async () => {
    const supergraph = await start({ rateLimit: 2 });
    expect((await supergraph.graphql(query)).errors).toBeUndefined();
    expect((await supergraph.graphql(query)).errors).toBeUndefined();
    const { data, errors } = await supergraph.graphql<{ services: { team: string }[] }>(query);
    expect(data.services.map(({ team }) => team)).toEqual(['money', 'checkout', 'animals', 'animals']);
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('the limit is 2 requests a minute'),
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
      },
    ]);
  });

  test('more requests than the gateway can answer', async () => {
    const supergraph = await start({ overload: { requests: 1, eventLoopDelayMs: 0 } });
    await begin(supergraph.stagegraph.url);
    let { errors } = await supergraph.graphql(query);
    while (errors === undefined) ({ errors } = await supergraph.graphql(query));
    expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 1 } }]);
  });

  test('a larger operation than it takes', async () => {
    const supergraph = await start({ limits: { ...defaultLimits, depth: 2 } });
    const { errors } = await supergraph.graphql(query);
    expect(errors).toMatchObject([
      {
        message: 'The operation has 3 levels of nested fields; the limit is 2.',
        extensions: { code: 'OPERATION_TOO_LARGE' },
      },
    ]);
  });
});
