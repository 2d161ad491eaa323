import type { ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { changeElsewhere } from '../support/another-tool.ts';
import { type Act, answer, exception, plainStage, startScriptedUpstream } from '../support/faults.ts';
import { until } from '../support/polling.ts';
import { keysMatching } from '../support/redis.ts';
import { startGateway } from '../support/run.ts';
import { read, startTogether, type Together, type TogetherOptions, write } from '../support/together.ts';

let together: Together;

const start = async (options: TogetherOptions = {}) => {
  together = await startTogether(options);
};
const keysLike = (pattern: string) => keysMatching(together.redis, pattern);
const readAll = () => Promise.all(together.gateways.map((gateway) => read(gateway)));

describe('an entry that one process has loaded', () => {
  test('has the same max-age in the responses of all processes', async () => {
    await start({ cacheHints: true });
    for (let time = 0; time < 4; time++) {
      for (const gateway of together.gateways) {
        const { headers } = await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
        expect(headers.get('cache-control')).toBe('max-age=5, public');
      }
    }
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('is served by all others', async () => {
    await start();
    for (const gateway of together.gateways) await read(gateway);
    for (const gateway of together.gateways) await read(gateway);
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('is not loaded by others while its load is in flight', async () => {
    await start();
    together.stageApi.configure({ latencyMs: 300 });
    await readAll();
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test.each([60_000, 0])('is kept for all, with a TTL of %i, where it never changes', async (ttlMs) => {
    await start({ ttlMs });
    const query = `{ stages(restApiId: "petstore01") { methods { resourcePath } } }`;
    for (const gateway of together.gateways) {
      expect((await gateway.graphql(query)).errors).toBeUndefined();
      // Whoever has loaded it does not wait until it is stored.
      await keysLike('*deploymentMethods*dep003*');
    }
    expect(together.stageApi.calls()).toMatchObject({ GetDeployment: 3 });
    const begin = together.stageApi.calls();
    for (const gateway of together.gateways) await gateway.graphql(query);
    expect(together.stageApi.calls()).toMatchObject({ GetDeployment: begin.GetDeployment });
  });

  test('is loaded once where all need it at the same time, although it never changes', async () => {
    await start();
    together.stageApi.configure({ latencyMs: 300 });
    const query = `{ stages(restApiId: "petstore01") { methods { resourcePath } } }`;
    await Promise.all(together.gateways.map((gateway) => gateway.graphql(query)));
    expect(together.stageApi.calls()).toEqual({ GetStages: 1, GetDeployment: 3 });
  });

  test('expires for all at the same time, and is loaded again by one', async () => {
    await start({ ttlMs: 300 });
    await readAll();
    await new Promise((resolve) => setTimeout(resolve, 350));
    await readAll();
    expect(together.stageApi.calls()).toEqual({ GetStages: 2 });
  });

  test('keeps its dates, lists and missing values in Redis', async () => {
    await start();
    const query = `{
      stage(restApiId: "petstore01", stageName: "prod") {
        id createdDate observedAt variables { name value } tags { key value } webAclArn canarySettings { percentTraffic }
        methodSettings { resourcePath throttlingRateLimit } deployment { description createdDate }
      }
      restApis(first: 2) { nodes { name createdDate } pageInfo { endCursor } }
      restApi(restApiId: "petstore01") { name deployments(first: 2) { nodes { description } } }
    }`;
    const first = await together.gateway(0).graphql(query);
    expect(first.errors).toBeUndefined();
    together.stageApi.resetCalls();
    expect((await together.gateway(1).graphql(query)).data).toEqual(first.data);
    expect(together.stageApi.calls()).toEqual({});
  });

  test('may be negative: there is no such API', async () => {
    await start();
    const query = '{ stages(restApiId: "nosuchapi0") { stageName } }';
    for (const gateway of together.gateways) {
      const { errors } = await gateway.graphql(query);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
    }
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('is not shared if AWS has denied it: the other processes may have another role', async () => {
    const stages = 'GET /restapis/petstore01/stages';
    const upstream = await startScriptedUpstream([
      { call: stages, act: exception(403, 'AccessDeniedException', 'User: arn:aws:iam::1:role/poor is not') },
      {
        call: stages,
        act: answer(200, { item: [{ ...plainStage, stageName: 'prod', description: 'seen' }] }),
      },
    ]);
    await start({ count: 2, endpoint: upstream.url });
    const { errors } = await together
      .gateway(0)
      .graphql('{ stages(restApiId: "petstore01") { description } }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_ACCESS_DENIED']);
    expect(await read(together.gateway(1))).toBe('seen');
    await upstream.close();
  });

  test('is not read by another release', async () => {
    await start({ count: 1 });
    await read(together.gateway(0));
    for (const key of await keysLike('*:entry:*')) {
      expect(key).toContain(':entry:test:stages:petstore01');
      await together.redis.client.rename(key, key.replace(':entry:test:', ':entry:0.0.1:'));
    }
    const another = await startGateway(together.stageApi.url, {
      ttlMs: 60_000,
      redisUrl: together.redis.url,
    });
    await read(another);
    await another.close();
    expect(together.stageApi.calls()).toEqual({ GetStages: 2 });
  });

  test('is loaded again where the data in Redis is broken', async () => {
    await start({ count: 2 });
    await read(together.gateway(0));
    const [key = ''] = await keysLike('*:entry:*');
    await together.redis.client.hset(key, 'data', 'what is this?');
    expect(await read(together.gateway(1))).toBe(await read(together.gateway(0)));
  });

  test('expires in Redis when it may no longer be served, as all keys do', async () => {
    await start({ ttlMs: 1000, staleMs: 2000 });
    await readAll();
    await write(together.gateway(0), 'Changed');
    const { client } = together.redis;
    const keys = await client.keys('*');
    const lives = await Promise.all(
      keys.map(async (key) => [key.split(':')[4], await client.pttl(key)] as const),
    );
    expect(lives.length).toBeGreaterThan(3);
    for (const [kind, life] of lives) {
      expect(life).toBeGreaterThan(0);
      expect(life).toBeLessThanOrEqual(kind === 'entry' ? 4000 : 3_600_000);
    }
  });
});

describe('after a write', () => {
  test('every process serves its result without a call', async () => {
    await start();
    await readAll();
    together.stageApi.resetCalls();
    for (let round = 0; round < 60; round++) {
      const description = `round ${round}`;
      expect(await write(together.gateway(round), description)).toEqual([]);
      expect(await readAll()).toEqual([description, description, description]);
    }
    expect(together.stageApi.calls()).toEqual({ UpdateStage: 60 });
  });

  test('no read is stale, whatever the order of reads and writes', async () => {
    await start({ ttlMs: 5 });
    for (let round = 0; round < 30; round++) {
      const description = `round ${round}`;
      const early = together.gateways.map((gateway) => read(gateway));
      const writing = write(together.gateway(round), description);
      const late = together.gateways.map((gateway) => read(gateway));
      expect(await writing).toEqual([]);
      expect(await readAll()).toEqual([description, description, description]);
      await Promise.all([...early, ...late]);
      expect(await readAll()).toEqual([description, description, description]);
    }
  });

  test('a load of another process that began before and ended after it is not stored', async () => {
    const open: ServerResponse[] = [];
    const hold: Act = (response) => void open.push(response);
    const stages = 'GET /restapis/petstore01/stages';
    const stage = (description: string) => ({ ...plainStage, stageName: 'prod', description });
    const upstream = await startScriptedUpstream([
      { call: stages, act: hold },
      { call: 'PATCH /restapis/petstore01/stages/prod', act: answer(200, stage('new')) },
    ]);
    await start({ count: 2, endpoint: upstream.url });
    const early = read(together.gateway(1));
    await until(() => open.length !== 0);
    expect(await write(together.gateway(0), 'new')).toEqual([]);
    const after = read(together.gateway(1));
    expect(await after).toBe('new');
    for (const response of open) answer(200, { item: [stage('old')] })(response, response.req);
    expect(await early).toBe('old');
    expect(await readAll()).toEqual(['new', 'new']);
    await upstream.close();
  });

  test('with an unknown outcome every process asks AWS', async () => {
    await start({ requestTimeoutMs: 400, deadlineMs: 1500 });
    await readAll();
    together.stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'hang', afterwards: true }],
    });
    expect(await write(together.gateway(0), 'carried out')).toEqual(['OUTCOME_UNKNOWN']);
    expect(await readAll()).toEqual(['carried out', 'carried out', 'carried out']);
  });

  test('that was certainly not executed the entries stay valid', async () => {
    await start({ deadlineMs: 1500 });
    const [before] = await readAll();
    together.stageApi.resetCalls();
    together.stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'fail', status: 429, code: 'TooManyRequestsException' }],
    });
    expect(await write(together.gateway(0), 'refused')).toEqual(['THROTTLED']);
    expect(await readAll()).toEqual([before, before, before]);
    expect(together.stageApi.calls().GetStages).toBeUndefined();
  });
});

describe('while a write is in flight', () => {
  test('readers wait for its end, and get its result without a call', async () => {
    await start();
    await readAll();
    together.stageApi.resetCalls();
    together.stageApi.configure({ latencyMs: 400 });
    const writing = write(together.gateway(0), 'Changed');
    await until(() => together.stageApi.calls().UpdateStage !== undefined);
    expect(await readAll()).toEqual(['Changed', 'Changed', 'Changed']);
    await writing;
    expect(together.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test('for long, readers ask AWS, and the response is not stored', async () => {
    await start({ requestTimeoutMs: 4000, deadlineMs: 6000 });
    const before = await read(together.gateway(1));
    together.stageApi.configure({
      faults: [{ operation: 'UpdateStage', action: 'hang', times: 1 }],
    });
    const writing = write(together.gateway(0), 'Changed');
    await until(() => together.stageApi.calls().UpdateStage !== undefined);
    together.stageApi.resetCalls();
    expect(await read(together.gateway(1))).toBe(before);
    expect(together.stageApi.calls()).toEqual({ GetStages: 1 });
    await writing;
    together.stageApi.resetCalls();
    await read(together.gateway(1));
  });
});

describe('when Redis has lost all keys', () => {
  test('no local entry counts as current', async () => {
    await start();
    await readAll();
    await together.redis.client.flushall();
    await changeElsewhere(together.stageApi, 'by others');
    expect(await readAll()).toEqual(['by others', 'by others', 'by others']);
    expect(together.stageApi.calls()).toEqual({ GetStages: 2, UpdateStage: 1 });
  });
});
