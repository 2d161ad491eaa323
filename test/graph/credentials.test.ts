import type { ServerResponse } from 'node:http';
import { GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedStageApi, startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { createAccountLimiter } from '../../src/upstream/account-limiter.ts';
import { createClient } from '../../src/upstream/calls/client.ts';
import { createUpstream } from '../../src/upstream/index.ts';
import { inAwsEnvironment } from '../support/aws-environment.ts';
import {
  type ContainerCredentials,
  giveCredentials,
  startContainerCredentials,
} from '../support/container-credentials.ts';
import { until } from '../support/polling.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../support/run.ts';
import { silentLogger } from '../support/silence.ts';

const HOUR_MS = 3_600_000;
// Lists stages, so that it needs at most one call.
const readStages = '{ stages(restApiId: "petstore01") { stageName } }';
const stages = { stages: [{ stageName: 'dev' }, { stageName: 'prod' }, { stageName: 'staging' }] };

let stageApi: EmbeddedStageApi;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  stageApi = await startEmbeddedStageApi();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A gateway whose credentials come from a scripted container endpoint. */
async function start(
  act: (response: ServerResponse, before: number) => void,
  more: GatewayOptions = {},
): Promise<{ gateway: Gateway; credentials: ContainerCredentials }> {
  const credentials = await startContainerCredentials(act);
  const restore = inAwsEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials.url });
  const options = { requestTimeoutMs: 300, deadlineMs: 800, credentials: false, ...more } as const;
  const gateway = await startGateway(stageApi.url, options);
  closers.push(
    () => credentials.close(),
    restore,
    () => gateway.close(),
  );
  return { gateway, credentials };
}

describe('a request for credentials without an answer', () => {
  test('times out and is repeated', async () => {
    const { gateway, credentials } = await start(
      (response, before) => {
        if (before > 0) giveCredentials(response, 'AKIA', HOUR_MS);
      },
      { deadlineMs: 5000 },
    );
    const { data, errors } = await gateway.graphql(readStages);
    expect({ data, errors }).toEqual({ data: stages, errors: undefined });
    expect(credentials.asked()).toBeGreaterThan(1);
  });

  test('leaves no change with an unknown outcome, because nothing was sent', async () => {
    const { gateway } = await start(() => undefined);
    const { errors } = await gateway.graphql(
      'mutation ($input: UpdateStageInput!) { updateStage(input: $input) { userErrors { code } } }',
      { input: { restApiId: 'petstore01', stageName: 'dev', description: 'x' } },
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(stageApi.calls()).toEqual({});
  });

  test('does not block calls while the last credentials are valid', async () => {
    const { gateway, credentials } = await start((response, before) => {
      // Expires soon, so that it is renewed.
      if (before === 0) giveCredentials(response, 'AKIA', 60_000);
    });
    for (let time = 0; time < 3; time++) expect((await gateway.graphql(readStages)).data).toEqual(stages);
    expect(credentials.asked()).toBeGreaterThan(1);
  });
});

test.each(['ExpiredTokenException', 'UnrecognizedClientException'])(
  'credentials are requested again only after AWS answers %s',
  async (code) => {
    const { gateway, credentials } = await start((response) => giveCredentials(response, 'AKIA', HOUR_MS));
    await gateway.graphql(readStages);
    await gateway.graphql(readStages);
    expect(credentials.asked()).toBe(1);
    const fault = { operation: '*', action: 'fail', status: 403, times: 1 } as const;
    stageApi.configure({ faults: [{ ...fault, code: 'AccessDeniedException' }] });
    await gateway.graphql(readStages);
    await gateway.graphql(readStages);
    expect(credentials.asked()).toBe(1);
    stageApi.configure({ faults: [{ ...fault, code }] });
    const { errors } = await gateway.graphql(readStages);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_ACCESS_DENIED']);
    expect((await gateway.graphql(readStages)).data).toEqual(stages);
    expect(credentials.asked()).toBe(2);
  },
);

test('calls take no token while they wait for credentials, because all of them would be sent at once', async () => {
  let give: () => void = () => undefined;
  const credentials = await startContainerCredentials((response) => {
    give = () => giveCredentials(response, 'AKIA', HOUR_MS);
  });
  const restore = inAwsEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials.url });
  closers.push(() => credentials.close(), restore);
  const times = { requestTimeoutMs: 5000, deadlineMs: 5000, ttlMs: 0, staleMs: 0 };
  const identify = () => Promise.resolve('test');
  const accountLimiter = createAccountLimiter({ ...times, rate: 0.01, burst: 5, identify });
  const client = createClient({ ...times, endpoint: stageApi.url, region: 'us-east-1' });
  const upstream = createUpstream({ ...times, client, accountLimiter, identify });
  closers.push(() => upstream.close(), accountLimiter.close);
  const target = { account: '111122223333', region: 'us-east-1' };
  const { send } = upstream.session({ target, logger: silentLogger, priority: () => 'read' });
  const restApiIds = ['petstore01', 'orders0002', 'petstore01'];
  const reads = restApiIds.map((restApiId) => send(new GetStagesCommand({ restApiId }), 'safe'));
  await until(() => credentials.asked() !== 0);
  expect(upstream.limiter().tokens).toBe(5);
  give();
  await Promise.all(reads);
  expect(upstream.limiter().tokens).toBe(2);
});
