import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmbeddedStageApi } from '../../src/embedded/start.ts';
import { firstOutput, request } from './stage-api.ts';

let folder = '';
const file = () => join(folder, 'state.json');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stage-api-'));
});
afterEach(() => rm(folder, { recursive: true }));

const dev = '/restapis/petstore01/stages/dev';
const describeDev = (url: string, value: string) =>
  request(url, 'PATCH', dev, { patchOperations: [{ op: 'replace', path: '/description', value }] });

describe('a state file', () => {
  it('is made of the sample data when there is none, and holds every acknowledged write', async () => {
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

  it('keeps everything as it was over a restart', async () => {
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

  it('carries the life of a cache cluster over a restart', async () => {
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

  it('holds all of many writes at once', async () => {
    const api = await startEmbeddedStageApi({ dataFile: file() });
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => request(api.url, 'POST', '/restapis', { name: `api ${i}` })),
    );
    const text = await readFile(file(), 'utf8');
    await api.close();
    expect(JSON.parse(text)).toMatchObject({ restApis: { length: 54 } });
  });

  it('answers 500 and tells its owner when the file cannot be written any more', async () => {
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
    expect([status, json]).toEqual([500, { message: 'The embedded Stage API failed' }]);
    expect(problems).toEqual([
      expect.objectContaining({ message: expect.stringContaining('cannot be written') }),
    ]);
    expect(read.status).toBe(200);
  });

  it.each([
    ['not JSON', 'hello', 'it is not JSON'],
    ['empty', '', 'it is not JSON'],
    ['another format', '{"name":"stagegraph","version":"1.0.0"}', 'Invalid input'],
    ['of a later version', '{"format":"embedded-stage-api","version":2,"restApis":[]}', 'version'],
    ['of unknown members', '{"format":"embedded-stage-api","version":1,"restApis":[],"more":1}', 'more'],
    [
      'contradictory',
      '{"format":"embedded-stage-api","version":1,"restApis":[{"id":"a","name":"a","createdDate":1,"rootResourceId":"r","stages":[{"stageName":"s","deploymentId":"nope","createdDate":1,"lastUpdatedDate":1}]}]}',
      'REST API "a": stage "s" has no deployment "nope"',
    ],
    [
      'ambiguous',
      '{"format":"embedded-stage-api","version":1,"restApis":[{"id":"a","name":"a","createdDate":1,"rootResourceId":"r"},{"id":"a","name":"b","createdDate":1,"rootResourceId":"r"}]}',
      'REST API "a" is there twice',
    ],
  ])('that is %s is refused with its name and the reason, and left alone', async (_what, text, reason) => {
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

  it('is the old or the new one, whole, after a kill in the middle of a write', async () => {
    const main = join(import.meta.dirname, '../../src/embedded/main.ts');
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
        child.kill('SIGKILL');
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
