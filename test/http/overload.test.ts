import { afterEach, describe, expect, test } from '@jest/globals';
import { noGatewayObserver } from '../../src/telemetry/observer.ts';
import { run, type Running } from '../support/run.ts';

let gateway: Running;
const shed: string[] = [];
const observer = { ...noGatewayObserver, shed: (reason: string) => shed.push(reason) };
afterEach(() => {
  shed.length = 0;
});

const read = '{ stages(restApiId: "petstore01") { stageName } }';

describe('overload', () => {
  test('more requests than can be under way are turned away at once, in the shape of a GraphQL answer', async () => {
    gateway = await run({
      observer,
      overload: { requests: 2, eventLoopDelayMs: 0 },
      stageApi: { latencyMs: 1500 },
    });
    const running = [gateway.graphql(read), gateway.graphql('{ restApis { nodes { name } } }')];
    // Both have reached AWS: they are under way.
    while (gateway.stageApi.requests().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));

    const turnedAway = await gateway.graphql(read);
    expect(turnedAway.status).toBe(503);
    expect(turnedAway.headers.get('retry-after')).toBe('1');
    expect(turnedAway.errors).toMatchObject([
      { message: expect.stringContaining('nothing was done'), extensions: { code: 'OVERLOADED' } },
    ]);
    expect(shed).toEqual(['requests']);
    // Whoever asks how it is gets an answer.
    expect((await fetch(new URL('/healthz', gateway.url))).status).toBe(200);
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(200);

    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await gateway.graphql(read)).status).toBe(200);
  });

  test('so is everything while the event loop is late', async () => {
    // Every event loop is later than this.
    gateway = await run({ observer, overload: { requests: 0, eventLoopDelayMs: 1e-6 } });
    let answer = await gateway.graphql('{ __typename }');
    while (answer.status === 200) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      answer = await gateway.graphql('{ __typename }');
    }
    expect(answer.status).toBe(503);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
    expect(shed).toEqual(['event_loop']);
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(200);
  });
});
