import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Act,
  answer,
  cutOff,
  empty,
  exception,
  garbled,
  hang,
  html,
  plainStage,
  reset,
  startFailingUpstream,
  trickle,
} from '../support/faults.ts';
import { exchange, expectClean, posted, type WireAnswer } from '../support/hostile.ts';
import { documentOf } from '../support/mutations.ts';
import { startGateway } from '../support/run.ts';

const faults: Readonly<Record<string, Act | 'refuse' | 'no credentials'>> = {
  'the connection is refused': 'refuse',
  'the connection is reset instead of a response': reset,
  'the connection is reset in the middle of the response': cutOff,
  'status 500': exception(500, 'InternalFailure', 'Oops'),
  'status 503, with a Retry-After beyond the deadline': exception(
    503,
    'ServiceUnavailableException',
    'Later',
    {
      'retry-after': '60',
    },
  ),
  'status 429, repeatedly': exception(429, 'TooManyRequestsException', 'Too Many Requests'),
  'status 200 with a web page': html(200),
  'status 200 with an empty body': (response) => void response.end(),
  'status 200 with unrelated JSON': answer(200, { status: 'ok' }),
  'status 200 with a stage with members of wrong types': (response, request) => {
    const stage = { ...plainStage, variables: ['blue'] };
    answer(200, request.method === 'GET' ? { item: [stage] } : stage)(response, request);
  },
  'status 502 with a web page': html(502),
  'status 403 with a web page': html(403),
  'status 400 with an empty body': empty(400),
  'status 418 with a web page': html(418),
  'no response': hang,
  'a response that arrives byte by byte, without end': trickle,
  'JSON that ends in the middle': garbled,
  "the gateway's credentials have expired": exception(
    403,
    'ExpiredTokenException',
    'The security token of arn:aws:sts::123456789012:assumed-role/gateway/i-1 is expired',
  ),
  'the gateway has no credentials': 'no credentials',
};

const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('`', '').trim());

/** The rows of the table in docs/. */
const rows = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => {
    const [fault = '', query = '', mutation = '', log = ''] = cells(line);
    return { fault, query, mutation, log };
  });

const DEADLINE_MS = 4000;
/** Generous, for a busy machine. */
const SLACK_MS = 4000;

const stage = JSON.stringify({
  query: '{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }',
});
const change = JSON.stringify({
  query: documentOf('updateStage'),
  variables: { input: { restApiId: 'petstore01', stageName: 'dev', description: 's3cr3t' } },
});

/** The codes of a response in the format of the table. */
function codesOf({ json }: WireAnswer): string[] {
  const payload = json?.data?.updateStage as { userErrors: { code: string }[] } | null | undefined;
  return [
    ...(json?.errors ?? []).map(({ extensions }) => String(extensions?.code)),
    ...(payload?.userErrors ?? []).map(({ code }) => `${code} in userErrors`),
  ];
}

test('the table in docs/ lists the faults that are tested here', () => {
  expect(rows.map(({ fault }) => fault)).toEqual(Object.keys(faults));
});

describe('when the fault of AWS is', () => {
  const environment = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/nowhere/config',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
  };
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env))
      if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  });
  afterEach(() => {
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  });

  test.each(rows)('$fault: $query, $mutation', async ({ fault, query, mutation, log: outcome }) => {
    const act = faults[fault] ?? reset;
    const log: string[] = [];
    const upstream = await startFailingUpstream(act === 'no credentials' ? reset : act);
    const options = { requestTimeoutMs: 300, deadlineMs: DEADLINE_MS, log: (line: string) => log.push(line) };
    const start = (withCredentials: boolean) =>
      startGateway(upstream.url, withCredentials ? options : { ...options, credentials: false });
    const gateway = await start(act !== 'no credentials');

    for (const [body, expected] of [
      [stage, query],
      [change, mutation],
    ] as const) {
      const started = performance.now();
      const answer = await exchange(gateway.url, posted(body));
      expect(performance.now() - started).toBeLessThan(DEADLINE_MS + SLACK_MS);
      expect(answer.status).toBe(200);
      expect(codesOf(answer)).toEqual([expected]);
      expectClean(answer);

      const ofRequest = log
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ requestId }) => requestId === answer.headers.get('x-request-id'));
      const outcomes = ofRequest
        .filter(({ msg }) => msg === 'upstream call failed')
        .map(({ outcome: found }) => found);
      expect(new Set(outcomes)).toEqual(new Set([outcome]));
    }
    expect(log.join('')).not.toContain('s3cr3t');

    await upstream.heal();
    if (act === 'no credentials') {
      // As if they were in the SDK's configuration file.
      process.env.AWS_ACCESS_KEY_ID = 'found';
      process.env.AWS_SECRET_ACCESS_KEY = 'found';
    }
    const afterwards = await exchange(gateway.url, posted(stage));
    expect(afterwards.json).toEqual({ data: { stage: { stageName: 'dev' } } });
    await gateway.close();
    await upstream.close();
  });
});
