import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { EmbeddedStageApi } from '../../src/embedded/start.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { freePort, type RedisServer, startRedis } from '../support/redis.ts';
import { startGateway } from '../support/run.ts';
import { describeProd, readProd, startSharing } from '../support/sharing-process.ts';
import { startStageApi } from '../support/stage-api.ts';
import { read, write } from '../support/together.ts';

const SLOW = 60_000;

let stageApi: EmbeddedStageApi;
let redis: RedisServer;
let certificate: Certificate | undefined;
beforeEach(async () => {
  stageApi = await startStageApi();
});

/** Gives the URL with TLS. */
async function startRedisWithTls(host: string): Promise<string> {
  certificate = makeCertificate(host);
  const port = await freePort();
  const files = ['--tls-cert-file', certificate.certificate, '--tls-key-file', certificate.key];
  redis = await startRedis(['--tls-port', String(port), ...files, '--tls-auth-clients', 'no']);
  return `rediss://127.0.0.1:${port}`;
}

async function start(redisUrl: string, log: string[]) {
  const write = (line: string) => void log.push(line);
  const gateway = await startGateway(stageApi.url, { ttlMs: 60_000, redisUrl, log: write });
  return gateway;
}

describe('over TLS', () => {
  test(
    'processes that trust the certificate share what they know',
    async () => {
      const url = await startRedisWithTls('IP:127.0.0.1');
      const trust = { NODE_EXTRA_CA_CERTS: certificate?.certificate ?? '' };
      const [one, two] = await Promise.all([
        startSharing(url, stageApi.url, trust),
        startSharing(url, stageApi.url, trust),
      ]);
      for (const { output } of [one, two]) expect(output()).toContain('Redis is available');
      expect(await one.ask(readProd)).toBe(await two.ask(readProd));
      expect(stageApi.calls()).toEqual({ GetStages: 1 });
      expect(await one.ask(describeProd('over TLS'))).toContain('"userErrors":[]');
      expect(await two.ask(readProd)).toContain('over TLS');
    },
    SLOW,
  );

  test('an untrusted certificate is rejected: the process logs it, and uses local state', async () => {
    const log: string[] = [];
    const gateway = await start(await startRedisWithTls('IP:127.0.0.1'), log);
    expect(log.join('')).toMatch(/self-signed certificate.*"Redis cannot be used"/);
    expect(await write(gateway, 'alone')).toEqual([]);
    expect(await read(gateway)).toBe('alone');
    expect(await redis.client.keys('*')).toEqual([]);
  });

  test(
    'one that is another host’s is refused, too, whoever vouches for it',
    async () => {
      const url = await startRedisWithTls('DNS:redis.example.com');
      const trust = { NODE_EXTRA_CA_CERTS: certificate?.certificate ?? '' };
      const { ask, output } = await startSharing(url, stageApi.url, trust);
      expect(output()).toMatch(/does not match certificate.*"Redis cannot be used"/);
      expect(await ask(readProd)).toContain('"description"');
      expect(await redis.client.keys('*')).toEqual([]);
    },
    SLOW,
  );
});

/** As the documentation has them, but for the prefix. */
const [, documented = ''] =
  /ACL SETUSER stagegraph on >password ~stagegraph:\* ([^`]+)```/.exec(
    readFileSync(new URL('../../docs/many-processes.md', import.meta.url), 'utf8'),
  ) ?? [];
const rights = ['~test:*', ...documented.trim().split(/\s+/)];

describe('as a user with the documented permissions only', () => {
  test('processes share everything, and send no other command', async () => {
    redis = await startRedis();
    await redis.client.call('ACL', 'SETUSER', 'stagegraph', 'reset', 'on', '>secret', ...rights);
    const url = redis.url.replace('//', '//stagegraph:secret@');
    const log: string[] = [];
    const [one, two] = [await start(url, log), await start(url, log)];
    await read(one);
    await read(two);
    expect(stageApi.calls()).toEqual({ GetStages: 1 });
    expect(await write(one, 'with few rights')).toEqual([]);
    expect(await read(two)).toBe('with few rights');
    // A load that fails, one that takes longer, a 429, a change that is refused, one after a lock was waited for.
    await two.graphql('{ stages(restApiId: "nosuchapi0") { stageName } }');
    stageApi.configure({
      latencyMs: 600,
      faults: [{ operation: '*', action: 'fail', status: 429, code: 'TooManyRequestsException', times: 2 }],
    });
    await one.graphql('{ restApi(restApiId: "orders0002") { name } }');
    expect(await Promise.all([write(one, 'first'), write(two, 'second')])).toEqual([[], []]);
    expect(log.filter((line) => /away|cannot|refuses/.test(line))).toEqual([]);
    expect(await redis.client.call('ACL', 'LOG')).toEqual([]);
  });

  test(
    'in a cluster, with one more, the same',
    async () => {
      const cluster = await startRedisCluster();
      const ofUser = ['reset', 'on', '>secret', ...rights, '+cluster|slots'];
      for (const { client } of cluster.primaries)
        await client.call('ACL', 'SETUSER', 'stagegraph', ...ofUser);
      const url = cluster.url.replace('//', '//stagegraph:secret@');
      const [one, two] = [await start(url, []), await start(url, [])];
      await read(one);
      expect(await write(one, 'in a cluster')).toEqual([]);
      expect(await read(two)).toBe('in a cluster');
      expect(stageApi.calls()).toEqual({ GetStages: 1, UpdateStage: 1 });
      for (const { client } of cluster.primaries) expect(await client.call('ACL', 'LOG')).toEqual([]);
    },
    SLOW,
  );

  test('each of these permissions is required', () => {
    const commands = rights.filter((right) => right.startsWith('+')).map((right) => right.slice(1));
    const byTheConnection = ['client|setname', 'eval', 'evalsha', 'info'];
    expect(commands.sort()).toEqual([...byTheConnection, ...commandsOfScripts()].sort());
  });
});

/** The commands that the scripts run. */
function commandsOfScripts(): ReadonlySet<string> {
  const directory = new URL('../../src/upstream/redis/scripts/', import.meta.url);
  const sources = readdirSync(directory).map((file) => readFileSync(new URL(file, directory), 'utf8'));
  const calls = sources.flatMap((source) => [...source.matchAll(/redis\.p?call\('(\w+)'/g)]);
  return new Set(calls.map(([, command = '']) => command.toLowerCase()));
}
