import { APIGatewayClient, UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { beforeAll, expect, test } from '@jest/globals';
import { type Running, run } from '../support/run.ts';

const KEY = 'a-key-of-thirty-two-characters-or-more';
const ACTOR = 'arn:aws:sts::000000000000:assumed-role/developer/grace';
let gateway: Running;
let events: string;

beforeAll(async () => {
  gateway = await run({ memory: { eventsSecrets: [KEY] }, routerSecrets: ['router'] });
  events = gateway.url.replace('/graphql', '/events/aws');
  await ask('{ stages(restApiId: "petstore01") { stageName } }');
});

const ask = (query: string) => gateway.graphql(query, {}, { 'router-authorization': 'router' });

/** As EventBridge sends what CloudTrail has recorded. */
const eventOf = (detail: object = {}, envelope: object = {}) => ({
  version: '0',
  id: '3f6e8a1c-0000-4000-8000-000000000001',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.apigateway',
  account: '000000000000',
  region: 'us-east-1',
  detail: {
    eventID: '11111111-0000-4000-8000-000000000001',
    eventTime: new Date().toISOString(),
    eventSource: 'apigateway.amazonaws.com',
    eventName: 'UpdateStage',
    userAgent: 'aws-cli/2.15',
    readOnly: false,
    userIdentity: { type: 'AssumedRole', arn: ACTOR },
    requestParameters: { restApiId: 'petstore01', stageName: 'prod' },
    ...detail,
  },
  ...envelope,
});

const post = async (event: object, key = KEY) =>
  (
    await fetch(events, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stagegraph-event-key': key },
      body: JSON.stringify(event),
    })
  ).status;

const calls = () => gateway.stageApi.calls();

/** Waits until the history has an actor. */
async function actorOf(description: string): Promise<unknown> {
  for (;;) {
    const { data } = await ask('{ stageHistory { nodes { by source changes { path after } } } }');
    const { nodes } = (
      data as { stageHistory: { nodes: { by: string | null; changes: { after: string }[] }[] } }
    ).stageHistory;
    const entry = nodes.find(({ changes }) => changes.some(({ after }) => after === description));
    if (entry?.by != null) return entry.by;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const changeElsewhere = (value: string) =>
  new APIGatewayClient({
    endpoint: gateway.stageApi.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'other', secretAccessKey: 'other' },
  }).send(
    new UpdateStageCommand({
      restApiId: 'petstore01',
      stageName: 'prod',
      patchOperations: [{ op: 'replace', path: '/description', value }],
    }),
  );

test('an event makes the gateway read the API again, and names who changed it', async () => {
  await changeElsewhere('By grace');
  gateway.stageApi.resetCalls();
  expect(await post(eventOf())).toBe(202);
  expect(await actorOf('By grace')).toBe(ACTOR);
  expect(calls()).toEqual({ GetStages: 1 });
});

test('a repeated event costs nothing', async () => {
  gateway.stageApi.resetCalls();
  for (let time = 0; time < 20; time++) expect(await post(eventOf())).toBe(202);
  // Another event comes after them: when it was read, they have been.
  await changeElsewhere('Later');
  await post(eventOf({ eventID: '11111111-0000-4000-8000-000000000002' }));
  await actorOf('Later');
  expect(calls()).toEqual({ GetStages: 1, UpdateStage: 1 });
});

test('what concerns no stage of the gateway is accepted, and costs nothing', async () => {
  gateway.stageApi.resetCalls();
  for (const event of [
    {},
    { detail: 5 },
    eventOf({ eventID: 'a', eventSource: 's3.amazonaws.com' }),
    eventOf({ eventID: 'b', readOnly: true }),
    eventOf({ eventID: 'c', errorCode: 'AccessDenied' }),
    eventOf({ eventID: 'd', userAgent: 'aws-sdk-js/3 stagegraph target/000000000000:us-east-1 subject/ada' }),
    eventOf({ eventID: 'e', requestParameters: null }),
    eventOf({ eventID: 'f' }, { account: '999999999999' }),
  ])
    expect(await post(event)).toBe(202);
  await changeElsewhere('Last');
  await post(eventOf({ eventID: '11111111-0000-4000-8000-000000000003' }));
  await actorOf('Last');
  expect(calls()).toEqual({ GetStages: 1, UpdateStage: 1 });
});

test('many events of one API that wait are one read', async () => {
  gateway.stageApi.resetCalls();
  await changeElsewhere('Many');
  const ids = Array.from({ length: 50 }, (_, index) => `many-${index}`);
  await Promise.all(ids.map((eventID) => post(eventOf({ eventID }))));
  await actorOf('Many');
  expect(calls().GetStages).toBeLessThan(ids.length / 2);
});

test('an event without a valid key, a large one, and one that is no JSON are refused', async () => {
  expect(await post(eventOf(), 'wrong')).toBe(401);
  expect(await post(eventOf({ padding: 'x'.repeat(70_000) }))).toBe(413);
  const response = await fetch(events, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', 'x-stagegraph-event-key': KEY },
    body: 'none',
  });
  expect(response.status).toBe(415);
});

test('without secrets there is no such path', async () => {
  const without = await run({ memory: {} });
  const response = await fetch(without.url.replace('/graphql', '/events/aws'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stagegraph-event-key': '' },
    body: '{}',
  });
  expect(response.status).toBe(404);
});
