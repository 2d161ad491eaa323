import {
  CreateDeploymentCommand,
  CreateRestApiCommand,
  GetStageCommand,
  GetStagesCommand,
  UpdateAccountCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { manualClock, refusal, replace, useStageApi } from '../stage-api.ts';

const clock = manualClock();
let dice = 0.5;
const stageApi = useStageApi({ now: clock.now, random: () => dice });
const getStage = () =>
  stageApi.client().send(new GetStageCommand({ restApiId: 'petstore01', stageName: 'dev' }));
const describeDev = (value: string) => stageApi.patch('petstore01', 'dev', replace('/description', value));
const control = (method: string, path: string, body?: unknown) =>
  stageApi.raw(method, `/_embedded${path}`, body, {});
const tooMany = (retryAfterSeconds: string) => ({
  ...refusal(429, 'TooManyRequestsException', 'Too Many Requests'),
  retryAfterSeconds,
});

describe('§9 quota', () => {
  it('allows a burst of 40, then 10 a second', async () => {
    stageApi.api().configure({ quota: true });
    const statuses = async (calls: number) => {
      const answers = [];
      for (let i = 0; i < calls; i++)
        answers.push(await stageApi.raw('GET', '/restapis/petstore01/stages/dev'));
      return answers.map(({ status }) => status);
    };
    expect(await statuses(41)).toEqual([...Array.from({ length: 40 }, () => 200), 429]);
    clock.advance(0.5);
    expect(await statuses(6)).toEqual([200, 200, 200, 200, 200, 429]);
    await expect(getStage()).rejects.toMatchObject(tooMany('1'));
    clock.advance(3600);
    expect(await statuses(41)).toEqual([...Array.from({ length: 40 }, () => 200), 429]);
  });

  it('allows one CreateDeployment in 5 seconds, and says when to retry', async () => {
    stageApi.api().configure({ quota: true });
    const deploy = () => stageApi.client().send(new CreateDeploymentCommand({ restApiId: 'search0004' }));
    await deploy();
    await expect(deploy()).rejects.toMatchObject(tooMany('5'));
    clock.advance(3.5);
    await expect(deploy()).rejects.toMatchObject(tooMany('2'));
    clock.advance(1.5);
    await expect(deploy()).resolves.toBeDefined();
  });

  it.each([
    ['POST', '/petsroot01', 0.2],
    ['DELETE', '/nope', 0.2],
    ['GET', '', 0.4],
  ])('allows a burst of 5 for %s /resources%s, then one in %d seconds', async (method, path, seconds) => {
    stageApi.api().configure({ quota: true });
    const send = async () => {
      const body = method === 'POST' ? {} : undefined;
      return (await stageApi.raw(method, `/restapis/petstore01/resources${path}`, body)).status === 429;
    };
    const calls = async (count: number) => {
      const throttled: boolean[] = [];
      for (let i = 0; i < count; i++) throttled.push(await send());
      return throttled.indexOf(true);
    };
    expect(await calls(6)).toBe(5);
    clock.advance(seconds * 2);
    expect(await calls(3)).toBe(2);
  });

  it('allows one UpdateAccount in 20 seconds', async () => {
    stageApi.api().configure({ quota: true });
    const update = () => stageApi.client().send(new UpdateAccountCommand({}));
    await update();
    await expect(update()).rejects.toMatchObject(tooMany('20'));
  });

  it('allows one edge API in 30 seconds and one regional API in 3', async () => {
    const create = (types: ('EDGE' | 'REGIONAL')[]) =>
      stageApi.client().send(new CreateRestApiCommand({ name: 'x', endpointConfiguration: { types } }));
    stageApi.api().configure({ quota: true });
    await create(['EDGE']);
    await expect(create(['EDGE'])).rejects.toMatchObject(tooMany('30'));
    stageApi.api().configure({ quota: true });
    await create(['REGIONAL']);
    await expect(create(['REGIONAL'])).rejects.toMatchObject(tooMany('3'));
  });

  it('allows one import of an edge API in 30 seconds, one of others in 3, and one PutRestApi in a second', async () => {
    const document = { swagger: '2.0', info: { title: 't' } };
    const limits = [
      ['POST', '/restapis?mode=import', '30'],
      ['POST', '/restapis?mode=import&endpointConfigurationTypes=REGIONAL', '3'],
      ['PUT', '/restapis/search0004', '1'],
    ] as const;
    for (const [method, path, seconds] of limits) {
      stageApi.api().configure({ quota: true });
      expect((await stageApi.raw(method, path, document)).status).toBeLessThan(300);
      const { status, headers } = await stageApi.raw(method, path, document);
      expect([status, headers.get('retry-after')]).toEqual([429, seconds]);
    }
  });

  it('has separate buckets for edge and regional APIs, even for alternating calls', async () => {
    const create = (...types: ('EDGE' | 'REGIONAL' | 'PRIVATE')[]) =>
      stageApi.client().send(new CreateRestApiCommand({ name: 'x', endpointConfiguration: { types } }));
    stageApi.api().configure({ quota: true });
    await create('EDGE');
    await create('REGIONAL');
    await expect(create('PRIVATE')).rejects.toMatchObject(tooMany('3'));
    clock.advance(3);
    await expect(create('EDGE')).rejects.toMatchObject(tooMany('27'));
    await create('REGIONAL');
    clock.advance(26);
    await expect(create('EDGE')).rejects.toMatchObject(tooMany('1'));
    await create('PRIVATE');
    clock.advance(1);
    await expect(create('EDGE')).resolves.toBeDefined();
  });

  it('is off by default', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => stageApi.raw('GET', '/restapis')));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('§10 concurrent modification', () => {
  it('fails the given share of writes, stores nothing, and does not affect reads', async () => {
    stageApi.api().configure({ conflictRate: 0.3 });
    dice = 0.29;
    await expect(describeDev('never')).rejects.toMatchObject(
      refusal(
        409,
        'ConflictException',
        'Unable to complete operation due to concurrent modification. Please try again later.',
      ),
    );
    expect((await getStage()).description).toBe('Newest code');
    dice = 0.3;
    await expect(describeDev('now')).resolves.toMatchObject({ description: 'now' });
  });
});

describe('latency', () => {
  it('delays every operation, but neither earlier errors nor the control path', async () => {
    stageApi.api().configure({ latencyMs: 40 });
    const before = performance.now();
    await getStage();
    // A timer may fire a millisecond early.
    expect(performance.now() - before).toBeGreaterThanOrEqual(39);
    stageApi.api().configure({ latencyMs: 600_000 });
    const { status } = await stageApi.raw('GET', '/restapis/petstore01/nothing');
    expect(status).toBe(404);
    await expect(control('GET', '/modes')).resolves.toMatchObject({ status: 200 });
  });
});

describe('a long latency', () => {
  it('does not prevent the server from closing: waiting requests are dropped', async () => {
    stageApi.api().configure({ latencyMs: 600_000 });
    const waiting = describeDev('never').catch(String);
    while (stageApi.api().requests().length === 0) await control('GET', '/calls');
    await stageApi.api().close();
    expect(await waiting).toContain('socket hang up');
    expect(stageApi.api().requests()).toMatchObject([{ operation: 'UpdateStage', status: 0 }]);
  });
});

describe('faults', () => {
  it('fail the named operation, the given number of times', async () => {
    stageApi.api().configure({ faults: [{ operation: 'GetStage', action: 'fail', status: 429, times: 2 }] });
    await expect(getStage()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await expect(
      stageApi.client().send(new GetStagesCommand({ restApiId: 'petstore01' })),
    ).resolves.toBeDefined();
    await expect(getStage()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await expect(getStage()).resolves.toBeDefined();
  });

  it('fail everything with *, with the code, text and Retry-After given', async () => {
    stageApi.api().configure({
      faults: [
        {
          operation: '*',
          action: 'fail',
          status: 403,
          code: 'AccessDenied',
          message: 'no',
          retryAfterSeconds: 7,
        },
      ],
    });
    const { status, headers, json } = await stageApi.raw('GET', '/restapis');
    expect([status, headers.get('x-amzn-errortype'), headers.get('retry-after'), json]).toEqual([
      403,
      'AccessDenied',
      '7',
      { message: 'no' },
    ]);
  });

  it('hang before the operation is executed', async () => {
    stageApi.api().configure({ faults: [{ operation: 'UpdateStage', action: 'hang', times: 1 }] });
    const given = new AbortController();
    const hanging = fetch(`${stageApi.api().url}/restapis/petstore01/stages/dev`, {
      method: 'PATCH',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c' },
      body: JSON.stringify({ patchOperations: [replace('/description', 'never')] }),
      signal: given.signal,
    });
    // The server received the hanging request before the answered one; the log has no status for it.
    while (stageApi.api().requests().length === 0) await control('GET', '/calls');
    await getStage();
    given.abort();
    await expect(hanging).rejects.toThrow('aborted');
    expect((await getStage()).description).toBe('Newest code');
    expect(stageApi.api().requests()[0]).toMatchObject({ operation: 'UpdateStage', status: 0 });
  });

  it('close the connection after the operation was executed', async () => {
    stageApi
      .api()
      .configure({ faults: [{ operation: 'UpdateStage', action: 'reset', afterwards: true, times: 1 }] });
    await expect(describeDev('done')).rejects.toThrow('socket hang up');
    expect((await getStage()).description).toBe('done');
  });

  it('do not prevent the server from closing', async () => {
    stageApi.api().configure({ faults: [{ operation: 'GetStage', action: 'hang' }] });
    const hanging = getStage().catch(String);
    while (stageApi.api().requests().length === 0) await control('GET', '/calls');
    await stageApi.api().close();
    expect(await hanging).toContain('socket hang up');
  });
});

describe('the control path', () => {
  it('shows, sets and clears the modes without a signature', async () => {
    const before = await control('GET', '/modes');
    expect(before.json).toEqual({
      quota: false,
      latencyMs: 0,
      conflictRate: 0,
      faults: [],
      cacheClusterClock: 'instant',
      stagesPerApi: 10,
      cloudWatchLogsRole: true,
      lenient: false,
      strict: false,
      clock: 'system',
      seed: 'random',
    });
    const faults = [{ operation: 'GetStage', action: 'fail', times: 2 }];
    const changed = await control('PATCH', '/modes', { latencyMs: 1, faults });
    expect(changed.json).toMatchObject({ latencyMs: 1, faults, quota: false });
    await getStage().catch(() => undefined);
    expect((await control('GET', '/modes')).json).toMatchObject({ faults: [{ times: 1 }] });
    expect((await control('DELETE', '/modes')).json).toEqual(before.json);
    await expect(getStage()).resolves.toBeDefined();
  });

  it.each([
    { latencyMs: -1 },
    { conflictRate: 2 },
    { speed: 1 },
    { faults: [{ operation: 'Nope', action: 'fail' }] },
    { faults: [{ operation: 'GetStage', action: 'explode' }] },
    { cacheClusterClock: 'slow' },
    { quota: null },
    [],
    '{',
  ])('refuses %j and changes nothing', async (body) => {
    const before = await control('GET', '/modes');
    const { status, json } = await control('PATCH', '/modes', body);
    expect([status, json]).toEqual([400, { error: expect.any(String) }]);
    expect((await control('GET', '/modes')).json).toEqual(before.json);
  });

  it('counts calls per operation, with rejected ones, and resets the counts', async () => {
    await getStage();
    await describeDev('x');
    await stageApi.patch('petstore01', 'dev', replace('/nope', 'x')).catch(() => undefined);
    expect((await control('GET', '/calls')).json).toEqual({ GetStage: 1, UpdateStage: 2 });
    expect(stageApi.api().calls()).toEqual({ GetStage: 1, UpdateStage: 2 });
    expect((await control('GET', '/requests')).json).toMatchObject([
      { operation: 'GetStage', params: { restApiId: 'petstore01', stageName: 'dev' }, status: 200 },
      { operation: 'UpdateStage', body: { patchOperations: [replace('/description', 'x')] }, status: 200 },
      { operation: 'UpdateStage', status: 400 },
    ]);
    await control('DELETE', '/calls');
    expect([stageApi.api().calls(), stageApi.api().requests()]).toEqual([{}, []]);
  });

  it('remembers the last thousand requests', async () => {
    for (let i = 0; i < 1010; i += 101) {
      await Promise.all(Array.from({ length: 101 }, () => stageApi.raw('GET', '/restapis')));
    }
    await getStage();
    expect(stageApi.api().requests()).toHaveLength(1000);
    expect(stageApi.api().requests().at(-1)).toMatchObject({ operation: 'GetStage' });
    expect(stageApi.api().calls()).toEqual({ GetRestApis: 1010, GetStage: 1 });
  });

  it('returns the state in the format of a state file', async () => {
    const { json } = await control('GET', '/state');
    expect(json).toMatchObject({ format: 'embedded-stage-api', version: 2, restApis: { length: 4 } });
  });

  it('has a prefix that the API does not use', async () => {
    const answers = [
      await control('GET', ''),
      await control('GET', '/nope'),
      await control('POST', '/modes', {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 405]);
    expect(answers.filter(({ headers }) => headers.has('x-amzn-requestid'))).toEqual([]);
    expect(answers[2]?.headers.get('allow')).toBe('GET, PATCH, DELETE');
    const { status } = await stageApi.raw('GET', '/_embeddedly');
    expect(status).toBe(404);
  });
});
