import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Sqlite from 'libsql';
import type { DatabaseLocation } from '../../src/memory/database/backend.ts';
import { changeElsewhere } from '../support/another-tool.ts';
import { closeAfterwards } from '../support/closing.ts';
import { sqlitePath } from '../support/database.ts';
import { bearer, startIssuer } from '../support/issuer.ts';
import { poll, until } from '../support/polling.ts';
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

const post = async (event: object, key = KEY, url = events) =>
  (
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stagegraph-event-key': key },
      body: JSON.stringify(event),
    })
  ).status;

const calls = () => gateway.stageApi.calls();

/** Waits until the history has an actor. */
const actorOf = (description: string, askFor = ask): Promise<string> =>
  poll(async () => {
    const { data } = await askFor('{ stageHistory { nodes { by source changes { path after } } } }');
    const { nodes } = (
      data as { stageHistory: { nodes: { by: string | null; changes: { after: string }[] }[] } }
    ).stageHistory;
    const entry = nodes.find(({ changes }) => changes.some(({ after }) => after === description));
    return entry?.by ?? undefined;
  }, 20);

test('an event makes the gateway read the API again, and names who changed it', async () => {
  await changeElsewhere(gateway.stageApi, 'By grace');
  gateway.stageApi.resetCalls();
  expect(await post(eventOf())).toBe(202);
  expect(await actorOf('By grace')).toBe(ACTOR);
  expect(calls()).toEqual({ GetStages: 1 });
});

test('who changed a stage elsewhere is shown to a caller with stages:admin only, and is found by such a one only', async () => {
  const issuer = await startIssuer();
  const guarded = await run({ memory: { eventsSecrets: [KEY] }, auth: issuer.options });
  const [admin, reader] = await Promise.all(
    ['stages:admin', 'stages:read'].map(async (scopes) => bearer(await issuer.token(scopes))),
  );
  await guarded.graphql('{ stages(restApiId: "petstore01") { stageName } }', {}, admin);
  await changeElsewhere(guarded.stageApi, 'By grace');
  await post(eventOf({ eventID: randomUUID() }), KEY, guarded.url.replace('/graphql', '/events/aws'));
  expect(await actorOf('By grace', (query) => guarded.graphql(query, {}, admin))).toBe(ACTOR);
  const seenBy = async (headers: Record<string, string> | undefined, where: object): Promise<unknown> => {
    const query =
      'query ($where: StageHistoryFilter) { stageHistory(where: $where) { nodes { source by } } }';
    return (await guarded.graphql(query, { where }, headers)).data;
  };
  const shown = (...nodes: object[]) => ({ stageHistory: { nodes } });
  for (const where of [{}, { by: [ACTOR] }, { by: ['*/grace'] }])
    expect(await seenBy(admin, where)).toEqual(shown({ source: 'OBSERVED', by: ACTOR }));
  expect(await seenBy(reader, {})).toEqual(shown({ source: 'OBSERVED', by: null }));
  for (const by of [[ACTOR], ['*/grace'], ['*']]) expect(await seenBy(reader, { by })).toEqual(shown());
});

test('a repeated event costs nothing', async () => {
  gateway.stageApi.resetCalls();
  for (let time = 0; time < 20; time++) expect(await post(eventOf())).toBe(202);
  // Another event comes after them: when it was read, they have been.
  await changeElsewhere(gateway.stageApi, 'Later');
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
    eventOf({ eventID: 'e', requestParameters: null }),
    eventOf({ eventID: 'f' }, { account: '999999999999' }),
  ])
    expect(await post(event)).toBe(202);
  await changeElsewhere(gateway.stageApi, 'Last');
  await post(eventOf({ eventID: '11111111-0000-4000-8000-000000000003' }));
  await actorOf('Last');
  expect(calls()).toEqual({ GetStages: 1, UpdateStage: 1 });
});

describe('the event of a change by a gateway', () => {
  const SET = `mutation { updateStage(input: { restApiId: "petstore01", stageName: "prod", description: "Own" }) {
    userErrors { code } } }`;

  /** The requests that this process has sent. */
  let sent: ClientRequest[];
  const onRequest = (message: unknown): void =>
    void sent.push((message as { request: ClientRequest }).request);
  beforeEach(() => {
    sent = [];
    subscribe('http.client.request.start', onRequest);
  });
  afterEach(() => void unsubscribe('http.client.request.start', onRequest));
  const readsOf = (restApiId: string) =>
    sent.filter(({ method, path }) => method === 'GET' && path === `/restapis/${restApiId}/stages`).length;

  /** The user agent of a change by a gateway with this database, which has ended. */
  async function agentOfChange(database: DatabaseLocation): Promise<string> {
    const writer = await run({ memory: { database } });
    expect((await writer.graphql(SET)).data).toEqual({ updateStage: { userErrors: [] } });
    await writer.close();
    return String(sent.find(({ method }) => method === 'PATCH')?.getHeader('user-agent'));
  }

  /** How often an event makes a gateway with this database read the API again. */
  async function readsAfter(database: DatabaseLocation, userAgent: string, detail: object = {}) {
    sent = [];
    const reader = await run({ memory: { database, eventsSecrets: [KEY] } });
    const url = reader.url.replace('/graphql', '/events/aws');
    expect(await post(eventOf({ eventID: randomUUID(), userAgent, ...detail }), KEY, url)).toBe(202);
    // An event of another API comes after it: when that was read, this one has been.
    await post(eventOf({ eventID: randomUUID(), requestParameters: { restApiId: 'orders0002' } }), KEY, url);
    await until(() => readsOf('orders0002') !== 0, 20);
    await reader.close();
    return readsOf('petstore01');
  }

  test('costs nothing where the database is the same, also after a restart', async () => {
    const own = { kind: 'sqlite', path: sqlitePath() } as const;
    const agent = await agentOfChange(own);
    expect(agent).toMatch(/ stagegraph target\/000000000000:us-east-1 request\/\S+$/);
    expect(await readsAfter(own, agent)).toBe(0);
    // Who has seen the id cannot use it for ever.
    const later = { eventTime: new Date(Date.now() + 3_600_000).toISOString() };
    expect(await readsAfter(own, agent, later)).toBe(1);
    expect(await readsAfter({ kind: 'memory' }, agent)).toBe(1);
  });

  test.each([
    'aws-sdk-js/3 stagegraph',
    'aws-sdk-js/3 stagegraph target/000000000000:us-east-1 subject/ada',
    'aws-sdk-js/3 stagegraph target/000000000000:us-east-1 request/mdu8p0aa.AAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA',
  ])('is one of another tool if nothing but a name says so: %s', async (agent) => {
    expect(await readsAfter({ kind: 'memory' }, agent)).toBe(1);
  });
});

test('events that come while the database is unavailable wait, and take effect afterwards', async () => {
  const path = sqlitePath();
  const lines: string[] = [];
  const locked = await run({
    memory: { database: { kind: 'sqlite', path }, eventsSecrets: [KEY] },
    log: (line) => lines.push(line),
  });
  await locked.graphql('{ stages(restApiId: "petstore01") { stageName } }');
  for (let count = 0; count < 3;) {
    const { data } = await locked.graphql<{ stageInventory: { totalCount: number } | null }>(
      '{ stageInventory { totalCount } }',
    );
    count = data.stageInventory?.totalCount ?? 0;
  }
  await changeElsewhere(locked.stageApi, 'In the outage');
  locked.stageApi.resetCalls();
  const other = new Sqlite(path);
  closeAfterwards(() => other.close());
  other.exec('pragma busy_timeout = 5000');
  other.exec('begin immediate');
  expect(await post(eventOf(), KEY, locked.url.replace('/graphql', '/events/aws'))).toBe(202);
  await until(() => lines.some((line) => line.includes('Events of AWS wait')), 20);
  expect(locked.stageApi.calls()).toEqual({});
  other.exec('rollback');
  expect(await actorOf('In the outage', (query) => locked.graphql(query))).toBe(ACTOR);
  expect(locked.stageApi.calls()).toEqual({ GetStages: 1 });
});

test('many events of one API that wait are one read', async () => {
  gateway.stageApi.resetCalls();
  await changeElsewhere(gateway.stageApi, 'Many');
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
