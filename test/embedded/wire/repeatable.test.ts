import {
  CreateDeploymentCommand,
  CreateRestApiCommand,
  GenerateClientCertificateCommand,
  GetRestApisCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EmbeddedStageApi, emptyState, sampleData } from '../../../src/embedded/start.ts';
import { startStageApi } from '../../support/stage-api.ts';
import { clientOf, request, useStageApi } from '../stage-api.ts';

const clock = '2026-01-01T00:00:00Z';
const stageApi = useStageApi({ clock, seed: 1, lenient: true });
const control = (method: string, path: string, body?: unknown) =>
  stageApi.raw(method, `/_embedded${path}`, body, {});

const createApi = (api = stageApi.api()) => request(api.url, 'POST', '/restapis', { name: 'a' });
const idOf = async (answer: ReturnType<typeof createApi>) => ((await answer).json as { id: string }).id;
const idsOf = (api: EmbeddedStageApi) => api.state().restApis.map(({ id }) => id);

/** Answers with headers: everything that a snapshot of a client could contain. */
async function record(api: EmbeddedStageApi) {
  const client = clientOf(api.url);
  const { id: restApiId } = await client.send(new CreateRestApiCommand({ name: 'a' }));
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: 'dev' }));
  await client.send(new GenerateClientCertificateCommand({}));
  client.destroy();
  const answers = [];
  for (const path of ['/restapis?limit=1', `/restapis/${restApiId}/stages`, '/clientcertificates', '/x']) {
    const { status, text, headers } = await request(api.url, 'GET', path);
    answers.push({ status, text, headers: [...headers] });
  }
  return answers;
}

describe('a fixed clock and a seed', () => {
  it('make every answer repeat, with its headers', async () => {
    const [first, second] = [
      await record(stageApi.api()),
      await record(await startStageApi({ clock, seed: 1, lenient: true })),
    ];
    expect(second).toEqual(first);
    expect(first.map(({ status }) => status)).toEqual([200, 200, 200, 404]);
    expect(Object.fromEntries(first[0]?.headers ?? [])).toMatchObject({
      date: 'Thu, 01 Jan 2026 00:00:00 GMT',
    });
    const other = await record(await startStageApi({ clock, seed: 2, lenient: true }));
    expect(other[1]).not.toEqual(first[1]);
  });

  it('start again with the state, so that each test gets the same ids', async () => {
    await stageApi.api().clear();
    const first = await idOf(createApi());
    await stageApi.api().clear();
    expect(await idOf(createApi())).toBe(first);
    expect(idsOf(stageApi.api())).toEqual([first]);
  });

  it('give no id that the state contains already', async () => {
    const first = await idOf(createApi());
    await stageApi.api().load(stageApi.api().state());
    const second = await idOf(createApi());
    expect(idsOf(stageApi.api()).slice(-2)).toEqual([first, second]);
    expect(second).not.toBe(first);
  });

  it('give the same ids however much is read in between', async () => {
    const ids = async (reads: number) => {
      await stageApi.api().clear();
      for (let i = 0; i < reads; i++) await stageApi.raw('GET', '/restapis');
      return idOf(createApi());
    };
    expect(await ids(5)).toBe(await ids(0));
  });

  it('make conflicts repeat', async () => {
    const statuses = async () => {
      stageApi.api().configure({ seed: 7, conflictRate: 0.5 });
      const answers = [];
      for (let i = 0; i < 12; i++) answers.push((await createApi()).status);
      return answers;
    };
    const first = await statuses();
    expect(await statuses()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([201, 409]));
  });

  it('are modes of the control path', async () => {
    const { json } = await control('PATCH', '/modes', { clock: '2027-05-06T07:08:09+02:00', seed: 5 });
    expect(json).toMatchObject({ clock: '2027-05-06T07:08:09+02:00', seed: 5 });
    expect((await createApi()).json).toMatchObject({
      createdDate: Date.parse('2027-05-06T05:08:09Z') / 1000,
    });
    await control('DELETE', '/modes');
    const { createdDate } = (await createApi()).json as { createdDate: number };
    expect(Math.abs(createdDate - Date.now() / 1000)).toBeLessThan(60);
  });

  it.each([
    { clock: 'yesterday' },
    { clock: '1969-12-31T23:59:59Z' },
    { clock: 5 },
    { seed: -1 },
    { seed: 'x' },
  ])('refuse %j', async (modes) => {
    expect(await control('PATCH', '/modes', modes)).toMatchObject({ status: 400 });
  });

  it('leave the limits of the quota mode to the clock of the system', async () => {
    let now = 0;
    const api = await startStageApi({ now: () => now, clock, quota: true });
    const statuses = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await createApi(api)).status);
      if (i > 0) now += 30_000;
    }
    expect(statuses).toEqual([201, 429, 201]);
  });
});

describe('the state while the server runs', () => {
  it('is emptied and replaced on the control path', async () => {
    const saved = (await control('GET', '/state')).json;
    expect(await control('DELETE', '/state')).toMatchObject({ status: 200, json: {} });
    expect((await control('GET', '/state')).json).toMatchObject({ restApis: [], clientCertificates: [] });
    expect((await stageApi.client().send(new GetRestApisCommand({}))).items).toEqual([]);
    expect(await control('PUT', '/state', saved)).toMatchObject({ status: 200, json: {} });
    expect((await control('GET', '/state')).json).toEqual(saved);
  });

  it('takes the modes of the start and an empty log with it', async () => {
    stageApi.api().configure({ latencyMs: 1, clock: '2030-01-01T00:00:00Z' });
    await createApi();
    await control('DELETE', '/state');
    expect((await control('GET', '/modes')).json).toMatchObject({ latencyMs: 0, clock, seed: 1 });
    expect((await control('GET', '/calls')).json).toEqual({});
    await createApi();
    await control('PUT', '/state', emptyState);
    expect((await control('GET', '/calls')).json).toEqual({});
  });

  it('is unchanged if the new one is invalid, and the reasons are given', async () => {
    const before = stageApi.api().state();
    for (const body of ['', '[]', '{', { ...emptyState, restApis: [{ id: 'a' }] }]) {
      const { status, json } = await control('PUT', '/state', body);
      expect([status, json]).toEqual([400, { error: expect.any(String) }]);
    }
    const { json } = await control('PUT', '/state', { format: 'x', version: 2, restApis: [] });
    expect(json).toEqual({ error: expect.stringContaining('format') });
    await expect(stageApi.api().load({ ...emptyState, restApis: [] })).resolves.toBeUndefined();
    expect(before.restApis).toHaveLength(4);
  });

  it('is valid after anything that is sent as a state', async () => {
    const member = fc.constantFrom(
      'format',
      'version',
      'account',
      'clientCertificates',
      'restApis',
      '__proto__',
    );
    const anything = fc.dictionary(member, fc.jsonValue({ maxDepth: 4 }));
    await fc.assert(
      fc.asyncProperty(anything, fc.boolean(), async (members, isPlausible) => {
        const state = isPlausible ? { ...emptyState, ...members } : members;
        expect([200, 400]).toContain((await control('PUT', '/state', state)).status);
        await stageApi.api().load(stageApi.api().state());
      }),
      { numRuns: 100 },
    );
  });

  it('can be larger than the body of an operation', async () => {
    const [api] = sampleData.restApis;
    const restApis = Array.from({ length: 300 }, (_, i) => ({ ...api, id: `copy${i}` }));
    const state = JSON.stringify({ ...sampleData, restApis });
    expect(state.length).toBeGreaterThan(2 ** 20);
    expect(await control('PUT', '/state', state)).toMatchObject({ status: 200 });
    expect(idsOf(stageApi.api())).toHaveLength(300);
  });

  it('is that of the sample or empty by the same verbs of the library', async () => {
    await stageApi.api().clear();
    expect(idsOf(stageApi.api())).toEqual([]);
    await stageApi.api().load(sampleData);
    expect(idsOf(stageApi.api())).toHaveLength(4);
    expect(idsOf(await startStageApi({ state: emptyState }))).toEqual([]);
  });
});
