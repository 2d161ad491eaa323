import { afterEach, describe, expect, test } from '@jest/globals';
import { killAll, startProcess } from '../support/gateway-process.ts';
import { type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';

let receiver: Awaited<ReturnType<typeof startOtlpReceiver>> | undefined;
afterEach(async () => {
  killAll();
  await receiver?.close();
  receiver = undefined;
});

const SLOW = 60_000;
const SERVER = 2;
const CLIENT = 3;
const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const routerSpan = '00f067aa0ba902b7';

/** Asks a gateway that traces, as a router does, until it has stopped; what it has written is given back. */
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
    'one trace leads from the router to AWS',
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
      const operation = named('query WhatIsLive');
      expect(operation.parentSpanId).toBe(server.spanId);
      // One of its fields is wrong.
      expect(operation.status.code).toBe(2);
      expect(named('Query.restApi').status.code).toBe(2);

      const stage = named('Query.stage');
      expect(stage.parentSpanId).toBe(operation.spanId);
      expect(stage.status.code).not.toBe(2);
      expect(stage.events).toMatchObject([{ name: 'store read' }]);
      const call = named('APIGateway.GetStages');
      expect(call).toMatchObject({ kind: CLIENT, parentSpanId: stage.spanId });
      const [, awsRequestId] = /"operation":"GetStages".*?"awsRequestId":"([^"]+)"/.exec(output) ?? [];
      expect(call.attributes).toContainEqual({ key: 'aws.request_id', value: { stringValue: awsRequestId } });
      expect(named('APIGateway.GetDeployment').parentSpanId).toBe(named('Stage.deployment').spanId);

      const resource = receiver.resources()[0]?.attributes;
      expect(resource).toContainEqual({ key: 'service.name', value: { stringValue: 'stagegraph' } });
      expect(resource).toContainEqual({ key: 'deployment.environment.name', value: { stringValue: 'test' } });
      // The log leads to the trace.
      expect(output).toMatch(new RegExp(`"traceId":"${trace}"[^\\n]*"msg":"request"`));
      expect(JSON.stringify(spans)).not.toContain('petstore01');
    },
    SLOW,
  );

  test(
    'a query by GET has an operation too, and entities take as long as their reads',
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
      expect(named('query Found')?.parentSpanId).toBe(named('GET /graphql')?.spanId);
      expect(named('Query._entities')).toMatchObject({
        events: [{ name: 'store read' }],
        status: { code: 2 },
      });
      expect(gateway.output()).not.toContain('a problem with tracing');
    },
    SLOW,
  );

  test(
    'go out as protobuf where nothing else is said',
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

  test(
    'are not made when nobody asks for them, and a receiver that is not there hurts no request',
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
