import { describe, expect, test } from '@jest/globals';
import { expectRefused, mutate, removed, type Refusal, stored } from '../support/mutations.ts';
import { run, sentPatches, useGateway } from '../support/run.ts';
import { liveWithKeys } from '../support/sample-states.ts';

const live = { restApiId: 'orders0002', stageName: 'live' };
const EFFECTIVE =
  'stage { effectiveMethodSetting(resourcePath: "/orders", httpMethod: GET) { source throttlingRateLimit } }';

const gateway = useGateway();

const remove = (input: object) => mutate(gateway, 'removeMethodSetting', { ...live, ...input }, EFFECTIVE);
const keys = async () => {
  const stage = await stored(gateway, 'live', 'orders0002');
  return Object.keys(stage?.methodSettings as object).toSorted();
};
const all = ['orders/GET', '~1admin/GET', '~1orders/GET', '~1orders~1{orderId}/DELETE'];

describe('removeMethodSetting', () => {
  test('removes the entry of a method, which then uses the defaults', async () => {
    const answer = await remove({ resourcePath: '/orders', httpMethod: 'GET' });
    expect(answer).toMatchObject({
      userErrors: [],
      patchOperations: [removed('/~1orders/GET')],
      stage: { effectiveMethodSetting: { source: 'DEFAULT', throttlingRateLimit: 10_000 } },
    });
    expect(sentPatches(gateway)).toEqual([[{ op: 'remove', path: '/~1orders/GET' }]]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
    expect(await keys()).toEqual(all.filter((key) => key !== '~1orders/GET'));
  });

  test('removes a dead entry by its key, and keeps the canonical entry', async () => {
    const answer = await remove({ key: 'orders/GET' });
    expect(answer).toMatchObject({
      userErrors: [],
      stage: { effectiveMethodSetting: { source: 'METHOD', throttlingRateLimit: 50 } },
    });
    expect(await keys()).toEqual(all.filter((key) => key !== 'orders/GET'));
  });

  test('removes the existing entries of the seven verbs for ANY, after one read', async () => {
    const answer = await remove({ resourcePath: '/orders', httpMethod: 'ANY' });
    expect(answer).toMatchObject({ userErrors: [], patchOperations: [removed('/~1orders/GET')] });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, UpdateStage: 1 });
    expect(await keys()).toEqual(all.filter((key) => key !== '~1orders/GET'));
    gateway.stageApi.resetCalls();
    const again = await remove({ resourcePath: '/orders', httpMethod: 'ANY' });
    expect(again).toMatchObject({ userErrors: [], patchOperations: [] });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test("removes the stage's default entry", async () => {
    const prod = { restApiId: 'petstore01', stageName: 'prod', resourcePath: '*', httpMethod: 'ALL' };
    const { userErrors } = await remove(prod);
    expect(userErrors).toEqual([]);
    expect((await stored(gateway, 'prod'))?.methodSettings).not.toHaveProperty('*/*');
  });

  test.each([
    { resourcePath: '/orders', httpMethod: 'PUT' },
    { resourcePath: '*', httpMethod: 'ALL' },
    { key: 'nothing/GET' },
    { key: '~1pets/*' },
    { key: '~1pets/ANY' },
  ])('succeeds if %j does not exist, after one read', async (input) => {
    const answer = await remove(input);
    expect(answer).toMatchObject({ userErrors: [], patchOperations: [], warnings: [] });
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1, GetStage: 1 });
    expect(await keys()).toEqual(all);
  });

  test('has a dry run without operations if there is nothing to remove', async () => {
    const answer = await remove({ key: 'nothing/GET', dryRun: true });
    expect(answer).toMatchObject({ userErrors: [], patchOperations: [] });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('removes every dead key of a stage, as its dry run shows', async () => {
    const dead = ['/tenant/{t}/codes/GET', 'tenant/{t}/codes/GET', '/a/b/c/d/*', '~1pets/*', '~1pets/ANY'];
    const old = await run({ stageApi: { state: liveWithKeys(...dead) } });
    const removeThere = (input: object) => mutate(old, 'removeMethodSetting', { ...live, ...input });
    try {
      const { data } = await old.graphql<{
        stage: { methodSettings: { key: string; canonical: boolean }[] };
      }>(`{ stage(restApiId: "orders0002", stageName: "live") { methodSettings { key canonical } } }`);
      const shown = data.stage.methodSettings.filter(({ canonical }) => !canonical).map(({ key }) => key);
      expect(shown).toEqual([...dead, 'orders/GET'].toSorted());
      for (const key of shown) {
        const would = await removeThere({ key, dryRun: true });
        const did = await removeThere({ key });
        expect([would, did]).toMatchObject(
          Array.from({ length: 2 }, () => ({ userErrors: [], patchOperations: [removed(`/${key}`)] })),
        );
      }
      const left = (await stored(old, 'live', 'orders0002'))?.methodSettings as object;
      expect(Object.keys(left).toSorted()).toEqual(all.filter((key) => key !== 'orders/GET'));
    } finally {
      await old.close();
    }
  });

  test('tries the escaped path of a key with several slashes if AWS refuses the plain one', async () => {
    const old = await run({ stageApi: { state: liveWithKeys('/tenant/{t}/codes/GET') } });
    const message = 'Cannot remove method setting x because there is no method setting for this method ';
    const refusal = { operation: 'UpdateStage', action: 'fail', status: 400, message } as const;
    const input = { ...live, key: '/tenant/{t}/codes/GET' };
    try {
      old.stageApi.configure({ faults: [{ ...refusal, times: 1 }] });
      expect(await mutate(old, 'removeMethodSetting', input)).toMatchObject({
        userErrors: [],
        patchOperations: [removed('/~1tenant~1{t}~1codes~1GET')],
      });
      expect(old.stageApi.calls()).toEqual({ UpdateStage: 2, GetStage: 1 });
    } finally {
      await old.close();
    }
  });

  test('reports a refusal if AWS accepts neither path', async () => {
    const old = await run({ stageApi: { state: liveWithKeys('/tenant/{t}/codes/GET') } });
    const message = 'Cannot remove method setting x because there is no method setting for this method ';
    try {
      old.stageApi.configure({
        faults: [{ operation: 'UpdateStage', action: 'fail', status: 400, message }],
      });
      const { userErrors } = await mutate(old, 'removeMethodSetting', {
        ...live,
        key: '/tenant/{t}/codes/GET',
      });
      expect(userErrors.map(({ code }) => code)).toEqual(['REJECTED']);
      expect(old.stageApi.calls()).toEqual({ UpdateStage: 2, GetStage: 2 });
    } finally {
      await old.close();
    }
  });

  const must = (field: string, ...says: string[]): Refusal => ({ field: [field], says });
  const noKey = (key: string) =>
    [{ key }, must('key', 'must be the key of a stored method setting', JSON.stringify(key))] as const;
  test.each<readonly [object, Refusal]>([
    [{}, must('resourcePath', 'Pass resourcePath and httpMethod, or the key of a dead entry')],
    [{ httpMethod: 'GET' }, must('resourcePath', 'Pass resourcePath and httpMethod')],
    [{ resourcePath: '/orders' }, must('httpMethod', 'Pass resourcePath and httpMethod')],
    [{ resourcePath: '/orders', httpMethod: null }, must('httpMethod', 'Pass resourcePath and httpMethod')],
    [
      { resourcePath: '/orders', httpMethod: 'GET', key: 'orders/GET' },
      must('key', 'key cannot be combined with resourcePath or httpMethod'),
    ],
    [{ httpMethod: 'GET', key: 'orders/GET' }, must('key', 'cannot be combined')],
    [{ resourcePath: 'orders', httpMethod: 'GET' }, must('resourcePath', 'must start with "/"', '"orders"')],
    [{ resourcePath: '*', httpMethod: 'GET' }, must('resourcePath', 'must be used together')],
    noKey(''),
    noKey('/'),
    noKey('GET'),
    noKey('/GET'),
    noKey('orders/'),
    noKey('orders/get'),
    noKey('orders/TRACE'),
    noKey('//orders/GET'),
    noKey('orders//GET'),
    noKey('a/b/'),
    noKey('variables/a/GET'),
    noKey('/variables/a/GET'),
    noKey('variables/GET'),
    noKey('canarySettings/ANY'),
    noKey('accessLogSettings/GET'),
    noKey('or\nders/GET'),
    noKey('*/*/metrics/enabled'),
  ])('refuses %j, and sends nothing', (input, refusal) =>
    expectRefused(gateway, 'removeMethodSetting', { ...live, ...input }, [refusal]),
  );
});
