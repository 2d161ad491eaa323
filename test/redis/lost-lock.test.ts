import type { ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import {
  type Act,
  answer,
  plainStage,
  type ScriptedUpstream,
  startScriptedUpstream,
} from '../support/faults.ts';
import { mutate } from '../support/mutations.ts';
import { until } from '../support/polling.ts';
import { keysMatching } from '../support/redis.ts';
import type { Gateway } from '../support/run.ts';
import { read, startTogether, type Together } from '../support/together.ts';

let together: Together;
let upstream: ScriptedUpstream;

const LIST = 'GET /restapis/petstore01/stages';
const ONE = 'GET /restapis/petstore01/stages/prod';
const UPDATE = 'PATCH /restapis/petstore01/stages/prod';

const stage = (description: string) => ({ ...plainStage, stageName: 'prod', description });
const list = (description: string): Act => answer(200, { item: [stage(description)] });
const one = (description: string): Act => answer(200, stage(description));

/** An answer that waits until it is released. */
function held(act: Act) {
  let open: ServerResponse | undefined;
  const hold: Act = (response) => {
    open = response;
  };
  return {
    hold,
    arrived: async () => {
      await until(() => open !== undefined);
    },
    release: () => {
      if (open !== undefined) act(open, open.req);
    },
  };
}

async function start(script: Parameters<typeof startScriptedUpstream>[0], count = 2) {
  upstream = await startScriptedUpstream(script);
  together = await startTogether({ count, endpoint: upstream.url, requestTimeoutMs: 4000, deadlineMs: 8000 });
}

const revisionAt = async (gateway: Gateway) => {
  const query = '{ stage(restApiId: "petstore01", stageName: "prod") { revision } }';
  const { data } = await gateway.graphql<{ stage: { revision: string } }>(query);
  return data.stage.revision;
};

interface Outcome {
  readonly updateStage: {
    readonly warnings: readonly { readonly code: string }[];
    readonly userErrors: readonly { readonly code: string; readonly retryable: boolean }[];
  };
}

/** Describes the stage; gives the codes of errors and warnings. */
async function describeAs(gateway: Gateway, description: string, expectedRevision?: string) {
  const { data, errors } = await gateway.graphql<Outcome>(
    `mutation ($description: String, $expectedRevision: String) {
      updateStage(input: {
        restApiId: "petstore01", stageName: "prod", description: $description, expectedRevision: $expectedRevision
      }) { warnings { code } userErrors { code retryable } }
    }`,
    { description, expectedRevision },
  );
  expect(errors).toBeUndefined();
  const { userErrors, warnings } = data.updateStage;
  return [...userErrors, ...warnings].map(({ code }) => code);
}

const keysLike = (pattern: string) => keysMatching(together.redis, pattern);
const lose = async (...kinds: string[]) => {
  for (const kind of kinds) {
    const keys = await keysLike(`*:${kind}:petstore01`);
    await together.redis.client.del(...keys);
  }
};
const moment = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('a lock that is lost in Redis while a write is in flight', () => {
  test('does not let others read before the write has settled: one writer of a revision wins', async () => {
    let description = 'old';
    const now: Act = (response, request) => one(description)(response, request);
    const first = held((response, request) => {
      description = 'first';
      now(response, request);
    });
    await start([
      { call: LIST, act: list('old') },
      { call: ONE, act: now },
      { call: UPDATE, act: first.hold },
      { call: ONE, act: now },
    ]);
    const revision = await revisionAt(together.gateway(0));
    const winner = describeAs(together.gateway(0), 'first', revision);
    await first.arrived();
    await lose('lock');
    const loser = describeAs(together.gateway(1), 'second', revision);
    await keysLike('*:lock:petstore01');
    await moment();
    first.release();
    expect(await winner).toEqual([]);
    expect(await loser).toEqual(['PRECONDITION_FAILED']);
  });

  test('together with the announcement: the outcome of the first write is unknown', async () => {
    const first = held(one('first'));
    await start([
      { call: LIST, act: list('old') },
      { call: ONE, act: one('old') },
      { call: UPDATE, act: first.hold },
      { call: ONE, act: one('old') },
      { call: UPDATE, act: one('second') },
      { call: LIST, act: list('first') },
    ]);
    const revision = await revisionAt(together.gateway(0));
    const writing = describeAs(together.gateway(0), 'first', revision);
    await first.arrived();
    await lose('lock', 'versions');
    expect(await describeAs(together.gateway(1), 'second', revision)).toEqual([]);
    first.release();
    expect(await writing).toEqual(['OUTCOME_UNKNOWN']);
    expect(await read(together.gateway(1))).toBe('first');
  });

  test('together with the announcement of a write without a revision: it was made, and carries a warning', async () => {
    const first = held(one('first'));
    await start([{ call: UPDATE, act: first.hold }], 1);
    const writing = describeAs(together.gateway(0), 'first');
    await first.arrived();
    await lose('lock', 'versions');
    first.release();
    expect(await writing).toEqual(['UNGUARDED']);
    expect(together.log.filter(({ msg }) => String(msg).includes('lost'))).toHaveLength(1);
  });

  test('stores no read of a change from before the response to the write', async () => {
    const first = held(one('first'));
    const late = held(one('old'));
    await start([
      { call: UPDATE, act: first.hold },
      { call: LIST, act: list('old') },
      { call: ONE, act: late.hold },
      { call: LIST, act: list('first') },
      { call: UPDATE, act: one('second') },
    ]);
    const writing = describeAs(together.gateway(0), 'first');
    await first.arrived();
    await lose('lock', 'versions');
    expect(await read(together.gateway(0))).toBe('old');
    await keysLike('*:entry:*');
    const reading = describeAs(together.gateway(1), 'second', 'another revision');
    await late.arrived();
    first.release();
    await writing;
    expect(await read(together.gateway(0))).toBe('first');
    await keysLike('*:entry:*');
    late.release();
    expect(await reading).toEqual(['PRECONDITION_FAILED']);
    expect([await read(together.gateway(0)), await read(together.gateway(1))]).toEqual(['first', 'first']);
    await describeAs(together.gateway(0), 'second');
  });
});

describe('what a change has read', () => {
  test('is served by all processes without another call', async () => {
    await start([
      { call: LIST, act: list('old') },
      { call: ONE, act: one('changed by another tool') },
    ]);
    expect(await read(together.gateway(1))).toBe('old');
    await keysLike('*:entry:*');
    expect(await describeAs(together.gateway(0), 'mine', 'another revision')).toEqual([
      'PRECONDITION_FAILED',
    ]);
    for (const gateway of together.gateways) expect(await read(gateway)).toBe('changed by another tool');
  });
});

describe('a change that has read, and notices that others may have written since,', () => {
  const SOMEBODY = 'somebody else';
  const canarySettings = { percentTraffic: 1, deploymentId: 'dep002', useStageCache: false };
  const canary = (description: string): Act => answer(200, { ...stage(description), canarySettings });
  /** Others write, as the change finds out in Redis; gives how to wait until it has. */
  const overtaken: Record<string, (lock: string) => Promise<() => Promise<void>>> = {
    'by its lock, when it announces its write': async (lock) => {
      await together.redis.client.set(lock, SOMEBODY, 'PX', 60_000);
      return () => together.logged(/a write lock was lost/, 1);
    },
    'by another announcement': async (lock) => {
      const { client } = together.redis;
      const announcement = { writer: SOMEBODY, until: Date.now() + 60_000, lease: 60_000 };
      await client.hset(lock.replace('lock', 'versions'), announcement);
      // Each try begins the lease anew.
      await client.pexpire(lock, 600_000);
      return async () => {
        await until(async () => (await client.pttl(lock)) <= 60_000);
      };
    },
    'by its lock, when it renews that': async (lock) => {
      await together.redis.client.set(lock, SOMEBODY, 'PX', 60_000);
      await together.logged(/a write lock was lost/, 1);
      await together.redis.kill();
      await together.logged(/Redis is unavailable/, 1);
      return () => Promise.resolve();
    },
  };

  test.each(Object.entries(overtaken))(
    '%s, reads again, although Redis becomes unavailable meanwhile',
    async (_, overtake) => {
      const first = held(canary('old'));
      await start(
        [
          { call: ONE, act: first.hold },
          { call: ONE, act: canary('by another') },
          { call: UPDATE, act: canary('by another') },
        ],
        1,
      );
      const prod = { restApiId: 'petstore01', stageName: 'prod' };
      const change = mutate(together.gateway(0), 'setCanarySettings', { ...prod, percentTraffic: 5 });
      await first.arrived();
      const [lock = ''] = await keysLike('*:lock:petstore01');
      const found = await overtake(lock);
      first.release();
      await found();
      await together.redis.kill();
      const { userErrors, warnings } = await change;
      expect(userErrors).toEqual([]);
      expect(warnings.map(({ code }) => code)).toEqual(['UNGUARDED']);
      expect(upstream.calls()).toEqual([ONE, ONE, UPDATE]);
    },
  );
});
