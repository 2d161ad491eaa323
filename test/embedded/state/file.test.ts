import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedStageApi } from '../../../src/embedded/start.ts';
import { firstOutput, request } from '../stage-api.ts';

let folder = '';
const file = () => join(folder, 'state.json');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stage-api-'));
});
afterEach(() => rm(folder, { recursive: true }));

const dev = '/restapis/petstore01/stages/dev';
const describeDev = (url: string, value: string) =>
  request(url, 'PATCH', dev, { patchOperations: [{ op: 'replace', path: '/description', value }] });

/** The JSON of a state with one API `a`, one deployment `d` and one stage `s` with these members. */
const stateWith = (stage: object) =>
  JSON.stringify({
    format: 'embedded-stage-api',
    version: 1,
    restApis: [
      {
        id: 'a',
        name: 'a',
        createdDate: 1,
        rootResourceId: 'r',
        deployments: [{ id: 'd', createdDate: 1 }],
        stages: [{ stageName: 's', deploymentId: 'd', createdDate: 1, lastUpdatedDate: 1, ...stage }],
      },
    ],
  });

describe('a state file', () => {
  it('is created from the sample data, and contains every acknowledged write', async () => {
    const first = await startEmbeddedStageApi({ dataFile: file() });
    await describeDev(first.url, 'kept');
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({
      format: 'embedded-stage-api',
      restApis: [{ id: 'petstore01', stages: { 0: { description: 'kept' } } }, {}, {}, {}],
    });
    await first.close();
    const second = await startEmbeddedStageApi({ dataFile: file() });
    const { json } = await request(second.url, 'GET', dev);
    await second.close();
    expect(json).toMatchObject({ description: 'kept' });
    expect(await readdir(folder)).toEqual(['state.json']);
  });

  it('keeps the account, client certificates and documentation parts over a restart', async () => {
    const paths = ['/account', '/clientcertificates', '/restapis/petstore01/documentation/parts'];
    const first = await startEmbeddedStageApi({ dataFile: file() });
    const value = 'arn:aws:iam::123456789012:role/logs';
    await request(first.url, 'PATCH', '/account', {
      patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }],
    });
    await request(first.url, 'POST', '/clientcertificates', { description: 'd' });
    const part = { location: { type: 'API' }, properties: '{}' };
    await request(first.url, 'POST', '/restapis/petstore01/documentation/parts', part);
    const before = await Promise.all(paths.map((path) => request(first.url, 'GET', path)));
    await first.close();
    const second = await startEmbeddedStageApi({ dataFile: file() });
    const after = await Promise.all(paths.map((path) => request(second.url, 'GET', path)));
    await second.close();
    expect(after.map(({ json }) => json)).toEqual(before.map(({ json }) => json));
    expect(after.map(({ json }) => json)).toMatchObject([
      { cloudwatchRoleArn: value },
      { item: [{ description: 'd' }] },
      { item: [part] },
    ]);
  });

  it('keeps the state over a restart', async () => {
    const first = await startEmbeddedStageApi({ dataFile: file() });
    await request(first.url, 'PATCH', dev, {
      patchOperations: [
        { op: 'replace', path: '/variables/__proto__', value: 'x' },
        { op: 'replace', path: '/cacheClusterEnabled', value: 'true' },
        { op: 'replace', path: '/canarySettings/percentTraffic', value: '12.5' },
      ],
    });
    const read = async (url: string) => (await request(url, 'GET', '/restapis/petstore01/stages')).text;
    const before = await read(first.url);
    await first.close();
    const second = await startEmbeddedStageApi({ dataFile: file() });
    const after = await read(second.url);
    await second.close();
    expect(before).toContain('"__proto__":"x"');
    expect(JSON.parse(after)).toEqual(JSON.parse(before));
    expect(after).toContain('"__proto__":"x"');
  });

  it('continues changes of a cache cluster after a restart', async () => {
    let now = Date.parse('2026-06-01T00:00:00Z');
    const options = { dataFile: file(), cacheClusterClock: 'realistic' as const, now: () => now };
    const first = await startEmbeddedStageApi(options);
    await request(first.url, 'PATCH', dev, {
      patchOperations: [{ op: 'replace', path: '/cacheClusterEnabled', value: 'true' }],
    });
    await first.close();
    const second = await startEmbeddedStageApi(options);
    const early = await request(second.url, 'GET', dev);
    now += 240_000;
    const late = await request(second.url, 'GET', dev);
    await second.close();
    expect(early.json).toMatchObject({ cacheClusterStatus: 'CREATE_IN_PROGRESS' });
    expect(late.json).toMatchObject({ cacheClusterStatus: 'AVAILABLE' });
  });

  it('contains all of many concurrent writes', async () => {
    const api = await startEmbeddedStageApi({ dataFile: file() });
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => request(api.url, 'POST', '/restapis', { name: `api ${i}` })),
    );
    const text = await readFile(file(), 'utf8');
    await api.close();
    expect(JSON.parse(text)).toMatchObject({ restApis: { length: 54 } });
  });

  it('answers 500 and reports the error when the file can no longer be written', async () => {
    const problems: unknown[] = [];
    const api = await startEmbeddedStageApi({
      dataFile: join(folder, 'state.json'),
      onProblem: (problem) => problems.push(problem),
    });
    await rm(folder, { recursive: true });
    const { status, json } = await describeDev(api.url, 'x');
    const read = await request(api.url, 'GET', dev);
    await expect(api.close()).rejects.toThrow('cannot be written');
    await writeFile(await mkdtemp(folder).then((made) => ((folder = made), join(made, 'x'))), '');
    expect([status, json]).toEqual([500, { message: 'Internal error of the embedded Stage API' }]);
    expect(problems).toEqual([
      expect.objectContaining({ message: expect.stringContaining('cannot be written') }),
    ]);
    expect(read.status).toBe(200);
  });

  it('undoes changes that it could not save, so that the write can be repeated', async () => {
    const api = await startEmbeddedStageApi({ dataFile: file() });
    const read = async () => (await request(api.url, 'GET', dev)).json;
    const deploy = (stageName: string) =>
      request(api.url, 'POST', '/restapis/search0004/deployments', { stageName });
    await describeDev(api.url, 'old');
    const before = await read();
    await rm(folder, { recursive: true });
    // The second waits for the write of the first, and fails with it.
    const failed = await Promise.all([describeDev(api.url, 'new'), deploy('made'), deploy('again')]);
    expect(failed.map(({ status }) => status)).toEqual([500, 500, 500]);
    expect(await read()).toEqual(before);
    expect((await request(api.url, 'GET', '/restapis/search0004/stages')).json).toEqual({ item: [] });
    await mkdir(folder);
    const repeated = await Promise.all([describeDev(api.url, 'new'), deploy('made'), deploy('again')]);
    expect(repeated.map(({ status }) => status)).toEqual([200, 201, 201]);
    await api.close();
    const restarted = await startEmbeddedStageApi({ dataFile: file() });
    const after = await request(restarted.url, 'GET', dev);
    const stages = await request(restarted.url, 'GET', '/restapis/search0004/stages');
    await restarted.close();
    expect(after.json).toMatchObject({ description: 'new' });
    expect(stages.json).toMatchObject({ item: [{ stageName: 'made' }, { stageName: 'again' }] });
  });

  it('continues after a page, even after a restart and deletions', async () => {
    const page = async (url: string, query = '') =>
      (await request(url, 'GET', `/restapis?limit=2${query}`)).json as {
        item: { id: string }[];
        position?: string;
      };
    const first = await startEmbeddedStageApi({ dataFile: file() });
    const { position = '' } = await page(first.url);
    await request(first.url, 'DELETE', '/restapis/petstore01');
    await first.close();
    const second = await startEmbeddedStageApi({ dataFile: file() });
    const next = await page(second.url, `&position=${position}`);
    await request(second.url, 'DELETE', '/restapis/orders0002');
    const afterDeletion = await page(second.url, `&position=${position}`);
    await second.close();
    const third = await startEmbeddedStageApi({ dataFile: file() });
    const gone = await request(third.url, 'GET', `/restapis?limit=2&position=${position}`);
    await third.close();
    expect(next.item.map(({ id }) => id)).toEqual(['billing003', 'search0004']);
    expect(afterDeletion).toEqual(next);
    expect([gone.status, gone.json]).toEqual([400, { message: 'Invalid position' }]);
  });

  it('is not created by a start whose port is in use', async () => {
    const first = await startEmbeddedStageApi();
    const port = Number(new URL(first.url).port);
    await expect(startEmbeddedStageApi({ port, dataFile: file() })).rejects.toThrow('EADDRINUSE');
    await first.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('with only cacheClusterEnabled gives a stage the smallest cluster, available', async () => {
    await writeFile(file(), stateWith({ cacheClusterEnabled: true }));
    const api = await startEmbeddedStageApi({ dataFile: file() });
    const { json } = await request(api.url, 'GET', '/restapis/a/stages/s');
    await api.close();
    expect(json).toMatchObject({ cacheClusterSize: '0.5', cacheClusterStatus: 'AVAILABLE' });
  });

  it('of version 1 gets the root resource of every API, and is written as version 2', async () => {
    await writeFile(file(), stateWith({}));
    const api = await startEmbeddedStageApi({ dataFile: file() });
    await api.close();
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({
      version: 2,
      restApis: [
        {
          resources: [{ id: 'r', resourceMethods: {} }],
          deployments: [{ id: 'd', apiSummary: {} }],
        },
      ],
    });
  });

  it.each([
    [[{ id: 'x' }], 'the root resource is missing'],
    [[{ id: 'r', pathPart: 'x' }], 'resource "r" has a wrong parentId or pathPart'],
    [[{ id: 'r' }, { id: 'x', parentId: 'r' }], 'resource "x" has a wrong parentId or pathPart'],
    [[{ id: 'r' }, { id: 'x', parentId: 'x', pathPart: 'x' }], 'resource "x" is not below the root'],
    [[{ id: 'r' }, { id: 'r' }], 'resource "r" is a duplicate'],
    [
      [{ id: 'r' }, { id: 'x', parentId: 'r', pathPart: 'p' }, { id: 'y', parentId: 'r', pathPart: 'p' }],
      'parent and path part "r p" is a duplicate',
    ],
    [
      [{ id: 'r', resourceMethods: { GET: { httpMethod: 'PUT' } } }],
      'resource "r" has a key that is not its item\'s httpMethod or statusCode',
    ],
    [
      [
        {
          id: 'r',
          resourceMethods: { GET: { httpMethod: 'GET', methodResponses: { 200: { statusCode: '201' } } } },
        },
      ],
      'resource "r" has a key that is not its item\'s httpMethod or statusCode',
    ],
  ])('with the resources %j is refused', async (resources, reason) => {
    const text = stateWith({}).replace(
      '"rootResourceId":"r"',
      `"rootResourceId":"r","resources":${JSON.stringify(resources)}`,
    );
    await writeFile(file(), text);
    await expect(startEmbeddedStageApi({ dataFile: file() })).rejects.toThrow(reason);
  });

  it.each([
    [{ documentationVersion: '9' }, 'REST API "a": stage "s" has no documentation version "9"'],
    [
      { deploymentId: 'x', canarySettings: { deploymentId: 'x', percentTraffic: 0, useStageCache: false } },
      'REST API "a": stage "s" has no deployment "x"',
    ],
    [
      { cacheClusterEnabled: true, cacheClusterStatus: 'NOT_AVAILABLE' },
      'REST API "a": stage "s" has cacheClusterEnabled true and is NOT_AVAILABLE',
    ],
    [
      { cacheClusterStatus: 'AVAILABLE' },
      'REST API "a": stage "s" has cacheClusterEnabled false and is AVAILABLE',
    ],
  ])(
    'whose stage contradicts itself or its API, %j, is refused, each reason once',
    async (members, reason) => {
      await writeFile(file(), stateWith(members));
      const start = startEmbeddedStageApi({ dataFile: file() });
      await expect(start).rejects.toThrow(reason);
      const message = await start.then(
        () => '',
        (error: unknown) => String(error),
      );
      expect(message.split('has no deployment').length).toBeLessThanOrEqual(2);
    },
  );

  it.each([
    ['not JSON', 'hello', 'it is not JSON'],
    ['empty', '', 'it is not JSON'],
    ['another format', '{"name":"stagegraph","version":"1.0.0"}', 'Invalid input'],
    ['of a later version', '{"format":"embedded-stage-api","version":3,"restApis":[]}', 'version'],
    ['of unknown members', '{"format":"embedded-stage-api","version":1,"restApis":[],"more":1}', 'more'],
    [
      'contradictory',
      '{"format":"embedded-stage-api","version":1,"restApis":[{"id":"a","name":"a","createdDate":1,"rootResourceId":"r","stages":[{"stageName":"s","deploymentId":"nope","createdDate":1,"lastUpdatedDate":1}]}]}',
      'REST API "a": stage "s" has no deployment "nope"',
    ],
    [
      'ambiguous',
      '{"format":"embedded-stage-api","version":1,"restApis":[{"id":"a","name":"a","createdDate":1,"rootResourceId":"r"},{"id":"a","name":"b","createdDate":1,"rootResourceId":"r"}]}',
      'REST API "a" is a duplicate',
    ],
  ])('that is %s is rejected with its name and the reason, and not changed', async (_what, text, reason) => {
    await writeFile(file(), text);
    const start = startEmbeddedStageApi({ dataFile: file() });
    await expect(start).rejects.toThrow(file());
    await expect(start).rejects.toThrow(reason);
    expect(await readFile(file(), 'utf8')).toBe(text);
  });

  it('that cannot be read or written is refused at the start', async () => {
    await expect(startEmbeddedStageApi({ dataFile: folder })).rejects.toThrow('cannot be read');
    await expect(startEmbeddedStageApi({ dataFile: join(folder, 'no', 'where') })).rejects.toThrow(
      'cannot be written',
    );
  });

  describe('that a server uses', () => {
    it.each([
      ['by the same path', () => Promise.resolve(file())],
      ['by a link', () => symlink(file(), join(folder, 'link')).then(() => join(folder, 'link'))],
      ['by a path with a detour', () => Promise.resolve(join(folder, '.', 'x', '..', 'state.json'))],
    ])('is locked for a second server %s, which does not write it', async (_, pathOf) => {
      const first = await startEmbeddedStageApi({ dataFile: file() });
      await describeDev(first.url, 'kept');
      const path = await pathOf();
      await expect(startEmbeddedStageApi({ dataFile: path })).rejects.toThrow(/state\.json is in use/);
      expect(await readFile(file(), 'utf8')).toContain('"kept"');
      expect((await describeDev(first.url, 'more')).status).toBe(200);
      await first.close();
      const next = await startEmbeddedStageApi({ dataFile: path });
      await next.close();
      expect((await readdir(folder)).filter((name) => name !== 'link')).toEqual(['state.json']);
    });

    it('is locked for at least one of several servers that start at the same time', async () => {
      const starts = await Promise.allSettled(
        Array.from({ length: 5 }, () => startEmbeddedStageApi({ dataFile: file() })),
      );
      const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
      await Promise.all(started.map((api) => api.close()));
      expect(started.length).toBeLessThanOrEqual(1);
    });

    it('is locked also if its path is too long for a socket beside it', async () => {
      const deep = join(folder, 'a'.repeat(120));
      await mkdir(deep);
      const first = await startEmbeddedStageApi({ dataFile: join(deep, 'state.json') });
      await expect(startEmbeddedStageApi({ dataFile: join(deep, 'state.json') })).rejects.toThrow('in use');
      await first.close();
      const next = await startEmbeddedStageApi({ dataFile: join(deep, 'state.json') });
      await next.close();
      expect(await readdir(deep)).toEqual(['state.json']);
    });

    it('is unlocked after a failed start', async () => {
      const other = await startEmbeddedStageApi();
      const port = Number(new URL(other.url).port);
      await expect(startEmbeddedStageApi({ port, dataFile: file() })).rejects.toThrow('EADDRINUSE');
      await other.close();
      const next = await startEmbeddedStageApi({ dataFile: file() });
      await next.close();
      expect(await readdir(folder)).toEqual(['state.json']);
    });
  });

  it.each([
    ['of a file', 'real.json', true],
    ['of a file that is yet to be made', 'real.json', false],
    ['of a link', 'middle.json', true],
  ])('that is a link %s stays a link', async (_, target, isThere) => {
    const real = join(folder, 'real.json');
    if (isThere) await writeFile(real, stateWith({}));
    await symlink('real.json', join(folder, 'middle.json'));
    await symlink(target, file());
    const api = await startEmbeddedStageApi({ dataFile: file() });
    await request(api.url, 'POST', '/restapis', { name: 'new' });
    await api.close();
    expect((await lstat(file())).isSymbolicLink()).toBe(true);
    expect((await lstat(real)).isSymbolicLink()).toBe(false);
    expect(await readFile(real, 'utf8')).toContain('"new"');
    expect((await readdir(folder)).sort()).toEqual(['middle.json', 'real.json', 'state.json']);
  });

  it('is complete, old or new, after a kill during a write', async () => {
    const main = join(import.meta.dirname, '../../../src/embedded/main.ts');
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0', '--data', file()], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const url = /http:\/\/\S+/.exec(await firstOutput(child.stdout))?.[0] ?? '';
      let acknowledged = -1;
      const write = async () => {
        for (let i = 0; ; i++) {
          const { status } = await describeDev(url, `${round}.${i}`);
          if (status === 200) acknowledged = i;
        }
      };
      const kill = async () => {
        while (acknowledged < 5 || !readdirSync(folder).includes('state.json.tmp')) await setImmediate();
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        // The port is closed slightly before the socket that locks the file.
        await exited;
      };
      await Promise.all([kill(), expect(write()).rejects.toThrow(/fetch failed|terminated/)]);
      const restarted = await startEmbeddedStageApi({ dataFile: file() });
      const { text } = await request(restarted.url, 'GET', dev);
      await restarted.close();
      const description = /"description":"(?<it>[^"]*)"/.exec(text)?.groups?.it;
      expect([`${round}.${acknowledged}`, `${round}.${acknowledged + 1}`]).toContain(description);
    }
    expect(await readdir(folder)).toEqual(['state.json']);
  }, 30_000);
});
