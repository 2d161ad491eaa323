import { describe, expect, test } from '@jest/globals';
import { startProcess } from '../support/gateway-process.ts';
import { startOtlpGrpcReceiver } from '../support/otlp-grpc-receiver.ts';
import { attributesOf, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';

let receiver: Awaited<ReturnType<typeof startOtlpReceiver>> | undefined;

const SLOW = 60_000;
const SERVER = 2;
const CLIENT = 3;
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const routerSpan = '00f067aa0ba902b7';

/** Runs a gateway with tracing, sends requests as a router does, stops it, and returns its output. */
async function ask(env: Record<string, string>, query: string): Promise<string> {
  const gateway = startProcess({ PORT: '0', EMBEDDED_PORT: '0', ...env });
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  await fetch(new URL('/readyz', url));
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: `00-${trace}-${routerSpan}-01` },
    body: JSON.stringify({ query }),
  });
  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
  return gateway.output();
}

const query = `query WhatIsLive {
  stage(restApiId: "petstore01", stageName: "prod") { stageName deployment { description } }
  missing: restApi(restApiId: "?") { name }
}`;

describe('traces', () => {
  test(
    'have one trace from the router to AWS',
    async () => {
      receiver = await startOtlpReceiver();
      const output = await ask(
        {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
        },
        query,
      );
      expect(receiver.requests.map(({ path }) => path)).toContain('/v1/traces');

      const spans = receiver.spans();
      const named = (name: string): ReceivedSpan => {
        const [span, ...others] = spans.filter((each) => each.name === name);
        if (span === undefined || others.length > 0)
          throw new Error(`${others.length} spans too many: ${name}`);
        return span;
      };
      expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([trace]));
      const server = named('POST /graphql');
      expect(server).toMatchObject({ kind: SERVER, parentSpanId: routerSpan });
      expect(attributesOf(server)).toEqual({
        'http.request.method': 'POST',
        'http.route': '/graphql',
        'http.response.status_code': 200,
        'url.scheme': 'http',
        'url.path': '/graphql',
        'server.address': 'localhost',
        'network.protocol.version': '1.1',
        'user_agent.original': 'node',
        'stagegraph.request_id': trace,
      });
      const operation = named('query');
      expect(attributesOf(operation)).toMatchObject({
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'WhatIsLive',
        'stagegraph.outcome': 'partial',
        'error.type': 'BAD_USER_INPUT',
      });
      expect(operation.parentSpanId).toBe(server.spanId);
      // One of its fields is invalid.
      expect(operation.status.code).toBe(2);
      expect(named('Query.restApi').status.code).toBe(2);

      const stage = named('Query.stage');
      expect(stage.parentSpanId).toBe(operation.spanId);
      expect(stage.status.code).not.toBe(2);
      expect(stage.events).toMatchObject([{ name: 'cache read' }]);
      const call = named('APIGateway.GetStages');
      expect(call).toMatchObject({ kind: CLIENT, parentSpanId: stage.spanId });
      const [, awsRequestId] = /"operation":"GetStages".*?"awsRequestId":"([^"]+)"/.exec(output) ?? [];
      const [, embeddedPort = ''] = /Embedded Stage API.*127\.0\.0\.1:(\d+)/.exec(output) ?? [];
      expect(attributesOf(call)).toEqual({
        'rpc.system': 'aws-api',
        'rpc.service': 'APIGateway',
        'rpc.method': 'GetStages',
        'aws.request_id': awsRequestId,
        'cloud.account.id': '000000000000',
        'cloud.region': 'us-east-1',
        'server.address': '127.0.0.1',
        'server.port': Number(embeddedPort),
        'stagegraph.attempt': 1,
      });
      expect(named('APIGateway.GetDeployment').parentSpanId).toBe(named('Stage.deployment').spanId);

      expect(receiver.resources().map(attributesOf)[0]).toMatchObject({
        'service.name': 'stagegraph',
        'service.version': '0.1.0',
        'deployment.environment.name': 'test',
      });
      // The log lines have the trace id.
      expect(output).toMatch(new RegExp(`"traceId":"${trace}"[^\\n]*"msg":"request"`));
      expect(JSON.stringify(spans)).not.toContain('petstore01');
    },
    SLOW,
  );

  test(
    'have an operation for a query by GET, and entities as long as their reads',
    async () => {
      receiver = await startOtlpReceiver();
      const gateway = startProcess({
        PORT: '0',
        EMBEDDED_PORT: '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      });
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      const representations =
        '[{ __typename: "Stage", restApiId: "petstore01", stageName: "prod" }, { __typename: "Nothing" }]';
      const entities = `query Found { _entities(representations: ${representations}) { __typename } }`;
      const { status } = await fetch(`${url}?query=${encodeURIComponent(entities)}`, {
        headers: { 'apollo-require-preflight': 'true' },
      });
      expect(status).toBe(200);
      gateway.process.kill('SIGTERM');
      expect(await gateway.exited).toBe(0);
      const named = (name: string) => receiver?.spans().find((span) => span.name === name);
      expect(named('query')?.parentSpanId).toBe(named('GET /graphql')?.spanId);
      expect(named('Query._entities')).toMatchObject({
        events: [{ name: 'cache read' }],
        status: { code: 2 },
      });
      expect(gateway.output()).not.toContain('tracing problem');
      // The URL of the request has the document.
      expect(JSON.stringify(receiver.spans())).not.toContain('petstore01');
    },
    SLOW,
  );

  /** A gateway that exports to the receiver; `spansOf` stops it and returns the spans of one trace. */
  async function traced(env: Record<string, string> = {}) {
    const received = await startOtlpReceiver();
    receiver = received;
    const gateway = startProcess({
      PORT: '0',
      EMBEDDED_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: received.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      ...env,
    });
    const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
    const traceId = (number: number) => `${number}`.padStart(32, '0');
    return {
      gateway,
      /** Asks as part of the trace with this number. */
      ask: (number: number, text: string, signal?: AbortSignal) =>
        fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            traceparent: `00-${traceId(number)}-${routerSpan}-01`,
          },
          body: JSON.stringify({ query: text }),
          ...(signal === undefined ? {} : { signal }),
        }),
      stop: async (): Promise<void> => {
        gateway.process.kill('SIGTERM');
        expect(await gateway.exited).toBe(0);
      },
      spansOf: (number: number) => received.spans().filter((span) => span.traceId === traceId(number)),
    };
  }

  test(
    'show a cached response as an operation that read from a cache',
    async () => {
      const { ask: askIn, stop, spansOf } = await traced();
      const live = 'query Live { stages(restApiId: "petstore01") { stageName } }';
      const answers: string[] = [];
      for (const number of [1, 2, 3, 4, 5]) answers.push(await (await askIn(number, live)).text());
      await stop();
      expect(new Set(answers).size).toBe(1);
      // The third response is stored, the fourth is a hit: no field is resolved.
      const spans = spansOf(5);
      expect(spans.map(({ name }) => name).sort()).toEqual(['POST /graphql', 'query']);
      const [operation, server] = ['query', 'POST /graphql'].map((name) =>
        spans.find((span) => span.name === name),
      );
      expect(operation?.parentSpanId).toBe(server?.spanId);
      expect(operation?.events).toMatchObject([{ name: 'cache read' }]);
    },
    SLOW,
  );

  test(
    'have one span for each field, also if a compiled query is executed again by graphql-js',
    async () => {
      const { ask: askIn, stop, spansOf } = await traced();
      for (const number of [1, 2, 3]) await askIn(number, query);
      await stop();
      for (const number of [1, 2, 3]) {
        const names = spansOf(number).map(({ name }) => name);
        expect(names.filter((name) => name.startsWith('Query.') || name.startsWith('Stage.')).sort()).toEqual(
          ['Query.restApi', 'Query.stage', 'Stage.deployment'],
        );
      }
      expect(spansOf(3).find(({ name }) => name === 'Query.restApi')?.status.code).toBe(2);
    },
    SLOW,
  );

  test(
    'have the span of entities in a compiled query',
    async () => {
      const { ask: askIn, stop, spansOf } = await traced({ EXECUTION_CACHES: 'plans' });
      const stage = '{ __typename: "Stage", restApiId: "petstore01", stageName: "prod" }';
      const entities = `query Found { _entities(representations: [${stage}]) { ... on Stage { stageName } } }`;
      const answers: string[] = [];
      for (const number of [1, 2, 3]) answers.push(await (await askIn(number, entities)).text());
      await stop();
      expect(new Set(answers).size).toBe(1);
      for (const number of [1, 2, 3])
        expect(spansOf(number).map(({ name }) => name)).toContain('Query._entities');
    },
    SLOW,
  );

  test(
    'end when the client aborts: the request at once, as failed, the operation with its work',
    async () => {
      const {
        gateway,
        ask: askIn,
        stop,
        spansOf,
      } = await traced({ UPSTREAM_RATE: '1', UPSTREAM_BURST: '1' });
      const impatient = new AbortController();
      // The second waits in the rate limiter.
      const both =
        'query Both { a: restApi(restApiId: "petstore01") { name } b: stages(restApiId: "petstore01") { stageName } }';
      const asked = askIn(1, both, impatient.signal);
      await gateway.said(/"msg":"upstream call"/);
      impatient.abort();
      await expect(asked).rejects.toThrow('aborted');
      await gateway.said(/aborted by the client/);
      await stop();
      const named = (name: string) => spansOf(1).filter((span) => span.name === name);
      expect(named('POST /graphql')).toMatchObject([
        { status: { code: 2, message: 'aborted by the client' } },
      ]);
      expect(named('query')).toHaveLength(1);
      expect(named('Query.stages')).toHaveLength(1);
      expect(gateway.output()).not.toContain('tracing problem');
    },
    SLOW,
  );

  test(
    'have bounded names: those of methods, paths and operations that clients invent are attributes',
    async () => {
      const { ask: askIn, gateway, stop } = await traced();
      const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
      await fetch(new URL('/invented?secret=1', url), { method: 'PROPFIND' });
      await askIn(1, 'mutation Invented { __typename }');
      await askIn(2, '{ invalid');
      await stop();
      const spans = receiver?.spans() ?? [];
      expect(spans.map(({ name }) => name).sort()).toEqual([
        'GraphQL Operation',
        'HTTP',
        'POST /graphql',
        'POST /graphql',
        'mutation',
      ]);
      expect(spans.filter(({ name }) => name === 'HTTP').map(attributesOf)).toMatchObject([
        {
          'http.request.method': '_OTHER',
          'http.request.method_original': 'PROPFIND',
          'http.response.status_code': 404,
          'url.path': '/invented',
        },
      ]);
      expect(JSON.stringify(spans)).not.toContain('secret');
    },
    SLOW,
  );

  test(
    'are exported as protobuf by default',
    async () => {
      receiver = await startOtlpReceiver();
      await ask({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/mine` }, query);
      const [sent] = receiver.requests;
      expect(sent).toMatchObject({ path: '/mine', type: 'application/x-protobuf' });
      expect(sent?.body.includes(Buffer.from(trace, 'hex'))).toBe(true);
      expect(sent?.body.includes('APIGateway.GetStages')).toBe(true);
    },
    SLOW,
  );

  test.each(['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'])(
    'are exported over gRPC if %s says so',
    async (variable) => {
      const grpc = await startOtlpGrpcReceiver();
      const output = await ask({ OTEL_EXPORTER_OTLP_ENDPOINT: grpc.url, [variable]: 'grpc' }, query);
      expect(output).not.toContain('tracing problem');
      const sent = Buffer.concat(grpc.exports);
      expect(sent.includes(Buffer.from(trace, 'hex'))).toBe(true);
      for (const text of ['POST /graphql', 'WhatIsLive', 'APIGateway.GetStages', 'stagegraph'])
        expect({ text, sent: sent.includes(text) }).toEqual({ text, sent: true });
    },
    SLOW,
  );

  test(
    'over gRPC affect no request if the receiver is missing, nor the end of the process',
    async () => {
      const grpc = await startOtlpGrpcReceiver();
      await grpc.close();
      const gone = {
        OTEL_EXPORTER_OTLP_ENDPOINT: grpc.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      };
      const output = await ask(gone, query);
      expect(output).toMatch(/"status":200/);
      expect(output).toMatch(/"msg":"(?:tracing problem|the last spans could not be exported)"/);
    },
    SLOW,
  );

  test(
    'are off by default, and a missing receiver affects no request',
    async () => {
      receiver = await startOtlpReceiver();
      const disabled = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SDK_DISABLED: 'true' };
      expect(await ask(disabled, query)).not.toContain('traceId');
      expect(receiver.requests).toEqual([]);
      await receiver.close();
      const gone = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
      receiver = undefined;
      expect(await ask(gone, query)).toMatch(/"status":200/);
    },
    SLOW,
  );
});
