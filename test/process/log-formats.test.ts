import { EcsFlat, EcsVersion } from '@elastic/ecs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { startProcess } from '../support/gateway-process.ts';

const SLOW = 60_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** What may not be in a log. */
const secrets = ['router-secret', 'value-of-variable', 'token-of-caller'] as const;
const [routerSecret, variable, token] = secrets;

/**
 * A gateway that writes lines of every kind: requests, calls that fail, a change in the audit log, an error with a stack.
 * Gives its standard output, line by line.
 */
async function linesIn(format: string, more: Record<string, string> = {}): Promise<string[]> {
  const gateway = startProcess({
    NODE_ENV: 'production',
    STAGE_API: 'embedded',
    PORT: '0',
    EMBEDDED_PORT: '0',
    SHUTDOWN_DELAY_SECONDS: '0',
    ROUTER_SECRETS: routerSecret,
    LOG_FORMAT: format,
    // Spans are dropped: the lines have their ids.
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '100',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    ...more,
  });
  const [url = ''] = await gateway.said(/http:\/\/localhost:\d+\/graphql/);
  const send = (query: string, variables: object = {}) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'router-authorization': routerSecret,
        authorization: `Bearer ${token}`,
        traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
        'x-request-id': 'the-request',
        'apollographql-client-name': 'the-client',
      },
      body: JSON.stringify({ query, variables }),
    });
  await send('query Named { stage(restApiId: "petstore01", stageName: "dev") { stageName } }');
  await send('{ restApi(restApiId: "missing001") { name } }');
  const set = [{ name: 'backend', value: variable }];
  const input = { restApiId: 'petstore01', stageName: 'dev', set };
  await send(
    'mutation ($input: SetStageVariablesInput!) { setStageVariables(input: $input) { userErrors { code } } }',
    { input },
  );
  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
  for (const secret of secrets) expect(gateway.output()).not.toContain(secret);
  return gateway.output().trimEnd().split('\n');
}

type Entry = Record<string, unknown>;

const entriesOf = (lines: readonly string[]): Entry[] => lines.map((line) => JSON.parse(line) as Entry);

function only<Item>(items: readonly Item[], isWanted: (item: Item) => boolean): Item {
  const [found, ...others] = items.filter(isWanted);
  if (found === undefined || others.length > 0) throw new Error(`${others.length} too many, or none`);
  return found;
}

describe('LOG_FORMAT', () => {
  test(
    'pretty writes lines for people',
    async () => {
      const lines = await linesIn('pretty');
      expect(lines.join('\n')).toMatch(/INFO.*request/);
      expect(lines.filter((line) => line.startsWith('{'))).toEqual([]);
    },
    SLOW,
  );

  test(
    'json writes one object per line, with the names of docs/operations.md',
    async () => {
      const entries = entriesOf(await linesIn('json'));
      expect(only(entries, ({ operationName }) => operationName === 'Named')).toMatchObject({
        level: 30,
        msg: 'request',
        requestId: 'the-request',
        status: 200,
        clientName: 'the-client',
        traceId: TRACE,
        traceFlags: 1,
      });
      expect(only(entries, ({ log }) => log === 'audit')).toMatchObject({ mutation: 'setStageVariables' });
    },
    SLOW,
  );
});

/** Whether a value is of a type of Elasticsearch. */
const ofType: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: (value) => typeof value === 'string',
  match_only_text: (value) => typeof value === 'string',
  wildcard: (value) => typeof value === 'string',
  long: Number.isSafeInteger,
  date: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
};
const definitions: Readonly<Record<string, { readonly type: string }>> = EcsFlat;

describe('LOG_FORMAT=ecs', () => {
  let entries: Entry[];
  beforeAll(async () => {
    entries = entriesOf(await linesIn('ecs', { OTEL_SERVICE_NAME: 'stages' }));
  }, SLOW);

  test('has the fields of the Elastic Common Schema in their types, and the others under a name of its own', () => {
    const fields = entries.flatMap((entry) => Object.entries(entry));
    const wrong = fields.filter(
      ([name, value]) =>
        !name.startsWith('stagegraph.') && ofType[definitions[name]?.type ?? '']?.(value) !== true,
    );
    expect(wrong).toEqual([]);
  });

  test('has in every line what the schema requires, and the service', () => {
    for (const entry of entries) {
      expect(entry).toMatchObject({
        '@timestamp': expect.any(String),
        'log.level': expect.stringMatching(/^(?:info|warn|error)$/),
        message: expect.stringMatching(/./),
        'ecs.version': EcsVersion,
        'service.name': 'stages',
        'service.version': '0.1.0',
        'service.environment': 'staging',
      });
    }
  });

  test('has requests, calls to AWS and the audit log', () => {
    const request = only(entries, (entry) => entry['stagegraph.operation_name'] === 'Named');
    expect(request).toMatchObject({
      message: 'request',
      'trace.id': TRACE,
      'span.id': expect.stringMatching(/^[0-9a-f]{16}$/),
      'http.request.id': 'the-request',
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'url.path': '/graphql',
      'stagegraph.client_name': 'the-client',
    });
    expect(Number(request['event.duration']) % 1e6).toBe(0);
    const call = only(entries, (entry) => entry.message === 'upstream call failed');
    expect(call).toMatchObject({
      'log.level': 'warn',
      'cloud.account.id': '000000000000',
      'cloud.region': 'us-east-1',
    });
    const audited = only(entries, (entry) => entry['log.logger'] === 'audit');
    expect(audited).toMatchObject({ message: 'change', 'event.action': 'setStageVariables' });
  });
});

/** OTLP's JSON for one log record. */
interface Line {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeLogs: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly logRecords: readonly LogRecord[];
    }[];
  }[];
}
interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly KeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
}

const attributesOf = (pairs: readonly KeyValue[]) =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));

const valueKinds = ['stringValue', 'intValue', 'doubleValue', 'boolValue', 'arrayValue', 'kvlistValue'];

/** The record of a line, its scope and its resource; every line has exactly one of each. */
function recordOf(line: string) {
  const { resourceLogs } = JSON.parse(line) as Line;
  const [{ resource, scopeLogs }] = resourceLogs as [Line['resourceLogs'][number]];
  const [{ scope, logRecords }] = scopeLogs as [(typeof scopeLogs)[number]];
  const [record] = logRecords as [LogRecord];
  expect([resourceLogs, scopeLogs, logRecords].map(({ length }) => length)).toEqual([1, 1, 1]);
  return {
    record,
    scope,
    resource: attributesOf(resource.attributes),
    attributes: attributesOf(record.attributes),
  };
}

describe('LOG_FORMAT=otel', () => {
  let records: ReturnType<typeof recordOf>[];
  beforeAll(async () => {
    records = (await linesIn('otel')).map(recordOf);
  }, SLOW);

  test('has the fields of the log data model in every line', () => {
    for (const { record, scope, resource } of records) {
      expect(record.timeUnixNano).toMatch(/^\d{19}$/);
      expect(Math.abs(Number(record.timeUnixNano) / 1e6 - Date.now())).toBeLessThan(SLOW);
      expect([record.severityText, record.severityNumber]).toEqual(
        { info: ['info', 9], warn: ['warn', 13] }[record.severityText],
      );
      expect(record.body.stringValue).not.toBe('');
      expect(scope).toMatchObject({ name: expect.stringMatching(/^stagegraph/), version: '0.1.0' });
      expect(resource).toMatchObject({
        'service.name': 'stagegraph',
        'service.version': '0.1.0',
        'deployment.environment.name': 'staging',
      });
    }
  });

  test('has attributes of the semantic conventions, and the others under a name of its own', () => {
    const known = new Set<unknown>(Object.values(conventions));
    for (const { record } of records) {
      for (const { key, value } of record.attributes) {
        expect(key.startsWith('stagegraph.') || known.has(key) ? '' : key).toBe('');
        for (const kind of Object.keys(value)) expect(valueKinds).toContain(kind);
      }
    }
  });

  test('has requests as part of their traces, calls to AWS and the audit log', () => {
    const request = only(records, ({ attributes }) => attributes['graphql.operation.name'] === 'Named');
    expect(request.record).toMatchObject({
      body: { stringValue: 'request' },
      traceId: TRACE,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      flags: 1,
    });
    expect(request.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'url.path': '/graphql',
      'graphql.operation.type': 'query',
      'stagegraph.request_id': 'the-request',
    });
    const call = only(records, ({ record }) => record.body.stringValue === 'upstream call failed');
    expect(call.attributes).toMatchObject({
      'cloud.account.id': '000000000000',
      'cloud.region': 'us-east-1',
      'aws.request_id': expect.any(String),
    });
    const audited = only(records, ({ scope }) => scope.name === 'stagegraph.audit');
    expect(audited.attributes).toMatchObject({ 'stagegraph.mutation': 'setStageVariables' });
  });
});
