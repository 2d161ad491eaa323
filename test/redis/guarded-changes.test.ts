import { describe, expect, test } from '@jest/globals';
import { mutate, revisionOf } from '../support/mutations.ts';
import { until } from '../support/polling.ts';
import type { Gateway } from '../support/run.ts';
import { startTogether, type Together, type TogetherOptions } from '../support/together.ts';

let together: Together;

const start = async (options: TogetherOptions = {}) => {
  together = await startTogether({ count: 2, ...options });
  await together.logged(/Redis is available/);
};
const describeAs = async (gateway: Gateway, description: string, input: object = {}) => {
  const prod = { restApiId: 'petstore01', stageName: 'prod' };
  const { userErrors, warnings } = await mutate(gateway, 'updateStage', { ...prod, description, ...input });
  const errors = userErrors.map(({ code, retryable, field }) => ({ code, retryable, field }));
  return { errors, warnings: warnings.map(({ code }) => code) };
};
const arrived = async (operation: string) => {
  await until(() => together.stageApi.calls()[operation] !== undefined);
};
const field = ['input', 'expectedRevision'];
const made = { errors: [], warnings: [] };

describe('while Redis is unavailable', () => {
  test('a change with expectedRevision is refused as retryable before anything is sent', async () => {
    await start();
    const expectedRevision = await revisionOf(together.gateway(0));
    await together.redis.kill();
    await together.logged(/Redis is unavailable/);
    together.stageApi.resetCalls();
    const refused = { errors: [{ code: 'CONFLICT', retryable: true, field }], warnings: [] };
    for (const gateway of together.gateways) {
      expect(await describeAs(gateway, 'guarded', { expectedRevision })).toEqual(refused);
    }
    expect(together.stageApi.calls()).toEqual({});
    await together.redis.start();
    await together.logged(/Redis is available/);
    expect(await describeAs(together.gateway(0), 'guarded', { expectedRevision })).toEqual(made);
  });

  test('every other change is made, and carries a warning', async () => {
    await start();
    await together.redis.kill();
    await together.logged(/Redis is unavailable/);
    const warned = { errors: [], warnings: ['UNGUARDED'] };
    expect(await describeAs(together.gateway(0), 'alone')).toEqual(warned);
    expect(await describeAs(together.gateway(1), 'alone', { dryRun: true })).toEqual(warned);
    const prod = { restApiId: 'petstore01', stageName: 'prod' };
    for (const [name, input] of [
      ['tagStage', { ...prod, tags: [{ key: 'team', value: 'cats' }] }],
      ['createRestApiDeployment', { restApiId: 'petstore01' }],
      ['deleteStage', prod],
    ] as const) {
      const { warnings } = await mutate(together.gateway(0), name, input);
      expect(warnings.map(({ code }) => code)).toEqual(['UNGUARDED']);
    }
  });

  test('a change that was not made has no warning', async () => {
    await start({ count: 1 });
    await together.redis.kill();
    await together.logged(/Redis is unavailable/);
    const input = { restApiId: 'petstore01', stageName: 'dev' };
    const { userErrors, warnings } = await mutate(together.gateway(0), 'promoteCanary', input);
    expect(userErrors).toHaveLength(1);
    expect(warnings).toEqual([]);
  });
});

describe('when Redis becomes unavailable during a change with expectedRevision', () => {
  test('after its read, nothing is sent', async () => {
    await start();
    const expectedRevision = await revisionOf(together.gateway(0));
    together.stageApi.configure({ latencyMs: 300 });
    const change = describeAs(together.gateway(0), 'guarded', { expectedRevision });
    await arrived('GetStage');
    await together.redis.kill();
    expect((await change).errors).toEqual([{ code: 'CONFLICT', retryable: true, field: null }]);
    expect(together.stageApi.calls().UpdateStage).toBeUndefined();
  });

  test('after its write was sent, its outcome is unknown', async () => {
    await start();
    const expectedRevision = await revisionOf(together.gateway(0));
    together.stageApi.configure({ latencyMs: 300 });
    const change = describeAs(together.gateway(0), 'guarded', { expectedRevision });
    await arrived('UpdateStage');
    await together.redis.kill();
    expect((await change).errors).toEqual([{ code: 'OUTCOME_UNKNOWN', retryable: false, field }]);
  });
});

describe('a Redis that evicts keys when it is full', () => {
  test.each([
    ['allkeys-lru', 1],
    ['volatile-ttl', 1],
    ['noeviction', 0],
  ])('is warned of at the start, by its policy: %s', async (policy, times) => {
    together = await startTogether({ count: 1, redisArguments: ['--maxmemory-policy', policy] });
    const warnings = together.log.filter(({ msg }) => String(msg).startsWith('Redis evicts keys'));
    expect(warnings).toHaveLength(times);
    expect(warnings.every(({ maxmemoryPolicy }) => maxmemoryPolicy === policy)).toBe(true);
  });
});
