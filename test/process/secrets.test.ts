import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { reload, startProcess } from '../support/gateway-process.ts';
import { graphqlAt } from '../support/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const path = (name: string): string => join(folder, name);
const write = (name: string, text: string): void => writeFileSync(path(name), text);

const env = {
  ROUTER_SECRETS_FILE: path('router'),
  EVENTS_SECRETS_FILE: path('events'),
  HISTORY_KEY_FILE: path('key'),
  DATABASE_URL_FILE: path('database'),
  ...{ AUTH: 'off', PORT: '0', EMBEDDED_PORT: '0', LOG_FORMAT: 'json' },
};

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

const replaced = (...names: readonly string[]): RegExp =>
  new RegExp(`"replaced":${JSON.stringify(names).replaceAll(/[[\]]/g, '\\$&')},"msg":"the file of secrets`);

/** The status of a query with a router's secret, and of an event with one of its own. */
const statuses = async (url: string, routerSecret: string, eventKey: string): Promise<number[]> => {
  const router = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'router-authorization': routerSecret },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  const event = await fetch(new URL('/events/aws', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stagegraph-event-key': eventKey },
    body: '{}',
  });
  return [router.status, event.status];
};

const STAGE = { restApiId: 'petstore01', stageName: 'dev' };

/** Sets a variable of a stage; gives its values in the history, the newest first, null where they cannot be decrypted. */
async function setAndRead(url: string, secret: string, value: string): Promise<(string | null)[]> {
  const ask = graphqlAt(url);
  const headers = { 'router-authorization': secret };
  await ask('{ stage(restApiId: "petstore01", stageName: "dev") { description } }', {}, headers);
  const set = await ask<{ setStageVariables: { userErrors: unknown[] } }>(
    'mutation ($input: SetStageVariablesInput!) { setStageVariables(input: $input) { userErrors { code } } }',
    { input: { ...STAGE, set: [{ name: 'rotated', value }] } },
    headers,
  );
  expect(set.data).toEqual({ setStageVariables: { userErrors: [] } });
  const { data } = await ask<{ stageHistory: { nodes: { changes: { after: string | null }[] }[] } }>(
    '{ stageHistory(first: 5) { nodes { changes { after } } } }',
    {},
    headers,
  );
  return data.stageHistory.nodes.flatMap(({ changes }) => changes.map(({ after }) => after));
}

test('SIGHUP reads the files of secrets again: the new ones are taken, and the old ones refused', async () => {
  write('router', 'old router\n');
  write('events', 'old events\n');
  write('key', key(1));
  write('database', `sqlite:${path('history.db')}`);
  const gateway = startProcess(env);
  const [, url = ''] = await gateway.said(/GraphQL gateway: (\S+)/);
  expect(await statuses(url, 'old router', 'old events')).toEqual([200, 202]);
  expect(await setAndRead(url, 'old router', 'one')).toEqual(['one']);

  write('router', 'new router\n');
  write('events', 'new events\n');
  write('key', `${key(2)},${key(1)}`);
  await reload(gateway, replaced('ROUTER_SECRETS', 'EVENTS_SECRETS', 'HISTORY_KEY'));
  expect(await statuses(url, 'old router', 'old events')).toEqual([401, 401]);
  expect(await statuses(url, 'new router', 'new events')).toEqual([200, 202]);
  expect(await setAndRead(url, 'new router', 'two')).toEqual(['two', 'one']);

  write('key', key(2));
  await reload(gateway, replaced('HISTORY_KEY'));
  expect(await setAndRead(url, 'new router', 'three')).toEqual(['three', 'two', null]);

  // All of the files, or none.
  write('events', 'newer events');
  rmSync(path('router'));
  const said = await reload(gateway, /the file of secrets has mistakes: the secrets stay as they were/);
  expect(said).toContain(`ROUTER_SECRETS_FILE: the file ${path('router')} cannot be read: ENOENT`);
  expect(await statuses(url, 'new router', 'new events')).toEqual([200, 202]);

  write('router', 'new router');
  write('database', 'sqlite:/elsewhere.db');
  const restart = await reload(gateway, replaced('EVENTS_SECRETS', 'DATABASE_URL'));
  expect(restart).toMatch(/"variables":\["DATABASE_URL"\],"msg":"[^"]*takes effect at a restart"/);
  expect(await setAndRead(url, 'new router', 'four')).toEqual(['four', 'three', 'two', null]);
  expect(gateway.output()).not.toMatch(/(old|new|newer) (router|events)/);
  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);
}, 90_000);

test('a file that cannot be read stops the start, with all other mistakes', async () => {
  write('router', 'a router');
  const { exited, output } = startProcess({ ...env, PORT: 'many', HISTORY_KEY_FILE: path('missing') });
  expect(await exited).toBe(1);
  expect(output()).toContain(`HISTORY_KEY_FILE: the file ${path('missing')} cannot be read: ENOENT`);
  expect(output()).toContain('PORT: must be');
}, 60_000);
