import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import {
  type Act,
  answer,
  cutOff,
  exception,
  garbled,
  hang,
  html,
  plainStage,
  reset,
  startScriptedUpstream,
  times,
} from '../support/faults.ts';
import { mutate } from '../support/mutations.ts';
import { startGateway } from '../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
const patch = 'PATCH /restapis/petstore01/stages/dev';
const create = 'POST /restapis/petstore01/stages';

/** Sends one mutation to a gateway in front of a scripted upstream. */
async function playing(
  script: Parameters<typeof startScriptedUpstream>[0],
  ...[name, input]: [Parameters<typeof mutate>[1], object]
) {
  const upstream = await startScriptedUpstream(script);
  const gateway = await startGateway(upstream.url, { requestTimeoutMs: 600, deadlineMs: 9000 });
  try {
    return await mutate(gateway, name, input);
  } finally {
    await gateway.close();
    await upstream.close();
  }
}

const invalidResponses: readonly (readonly [string, Act])[] = [
  ['silence', hang],
  ['a reset connection', reset],
  ['half an answer', cutOff],
  ['an answer that is no JSON', garbled],
  ["a web page in AWS's place", html(200)],
  ["a load balancer's 502", html(502)],
  ["a load balancer's 504", html(504)],
  ['an internal failure', exception(500, 'InternalFailure', 'Oops')],
];

test.each(invalidResponses)('after %s a patch is retried, because it is idempotent', async (_, act) => {
  const script = [
    { call: patch, act },
    { call: patch, act: answer(200, { ...plainStage, description: 'Changed' }) },
  ];
  const { userErrors } = await playing(script, 'updateStage', { ...dev, description: 'Changed' });
  expect(userErrors).toEqual([]);
});

test.each(invalidResponses)('after %s a creation is not retried: its outcome is unknown', async (_, act) => {
  const input = { ...dev, deploymentId: 'dep001' };
  const { userErrors } = await playing([{ call: create, act }], 'createStage', input);
  expect(userErrors).toEqual([
    expect.objectContaining({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringMatching(/was sent.*Before you retry, check whether the stage exists\.$/),
      retryable: false,
    }),
  ]);
  expect(JSON.stringify(userErrors)).not.toMatch(/127\.0\.0\.1|ECONN|socket|SDK|html|JSON|Oops/i);
});

test('if every attempt gets an invalid response, the outcome of a patch is unknown', async () => {
  const script = times(4, { call: patch, act: reset });
  const { userErrors } = await playing(script, 'updateStage', { ...dev, description: 'Changed' });
  expect(userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
});

test.each([
  [401, 'ACCESS_DENIED', false],
  [403, 'ACCESS_DENIED', false],
])(
  'an HTML page with status %i from a proxy is %s, and the call is not repeated',
  async (status, code, retryable) => {
    const script = [{ call: patch, act: html(status) }];
    const { userErrors } = await playing(script, 'updateStage', { ...dev, description: 'Changed' });
    expect(userErrors).toEqual([expect.objectContaining({ code, retryable })]);
  },
);

test('an HTML page with status 429 from a proxy throttles, and the write is retried', async () => {
  const script = [
    { call: patch, act: html(429) },
    { call: patch, act: answer(200, plainStage) },
  ];
  const { userErrors } = await playing(script, 'updateStage', { ...dev, description: 'Changed' });
  expect(userErrors).toEqual([]);
});

test('if AWS refuses the connection, a mutation reports an outage, and nothing was changed', async () => {
  const placeholder = createServer();
  await new Promise<void>((resolve) => placeholder.listen(0, '127.0.0.1', resolve));
  const address = placeholder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => placeholder.close(resolve));
  const gateway = await startGateway(`http://127.0.0.1:${port}`, { deadlineMs: 1500 });
  const { data, errors } = await gateway.graphql(
    'mutation ($input: RemoveCanaryInput!) { removeCanary(input: $input) { userErrors { code } } }',
    { input: dev },
  );
  await gateway.close();
  expect(data).toEqual({ removeCanary: null });
  expect(errors).toEqual([
    expect.objectContaining({
      message: 'AWS cannot be reached. Try again later.',
      extensions: expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE' }),
    }),
  ]);
});
