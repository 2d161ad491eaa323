import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TargetSettings } from '../../src/config/targets-file.ts';
import { inAwsEnvironment } from '../support/aws-environment.ts';
import { exception, startFailingUpstream } from '../support/faults.ts';
import { DEV, PROD, type RunningFleet, startFleet, target } from '../support/fleet.ts';
import { startHeldUpstream } from '../support/held.ts';
import { type GatewayOptions } from '../support/run.ts';
import { startStageApi } from '../support/stage-api.ts';

let restore: () => void;
beforeEach(() => {
  restore = inAwsEnvironment({ AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' });
});
afterEach(() => restore());

const stages = (account: string) => `stages(restApiId: "petstore01", account: "${account}") { stageName }`;
const three = [{ stageName: 'dev' }, { stageName: 'prod' }, { stageName: 'staging' }];

/** A healthy target, which is home, beside another one. */
async function beside(other: Partial<TargetSettings>, options: GatewayOptions = {}): Promise<RunningFleet> {
  const healthy = await startStageApi();
  return startFleet(
    {
      quota: 'account',
      targets: [
        target({ account: PROD, region: 'us-east-1', home: true, endpoint: healthy.url }),
        target({ account: DEV, alias: 'dev', region: 'us-east-1', ...other }),
      ],
    },
    options,
  );
}

const readiness = async ({ url }: RunningFleet) => {
  const response = await fetch(new URL('/readyz', url));
  return { status: response.status, body: await response.json() };
};

describe('a healthy target is served', () => {
  test('while another one hangs, also from a budget of two calls', async () => {
    const hanging = await startHeldUpstream();
    const gateway = await beside(
      { endpoint: hanging.url },
      { rate: 0.001, burst: 2, deadlineMs: 60_000, requestTimeoutMs: 60_000 },
    );
    const stuck = Array.from({ length: 10 }, (_, index) =>
      gateway
        .graphql(`{ stages(restApiId: "stuck${index}", account: "dev") { stageName } }`)
        .catch(() => null),
    );
    await hanging.next();
    await hanging.next();
    expect((await gateway.graphql(`{ ${stages(PROD)} }`)).data).toEqual({ stages: three });
    expect(await readiness(gateway)).toEqual({ status: 200, body: { status: 'ready' } });
    await hanging.close();
    await gateway.close();
    await Promise.all(stuck);
  });

  test.each([
    ['throttles', exception(429, 'TooManyRequestsException', 'Rate exceeded'), 'THROTTLED'],
    ['denies', exception(403, 'AccessDeniedException', 'no'), 'UPSTREAM_ACCESS_DENIED'],
    ['fails', exception(500, 'InternalFailure', 'no'), 'UPSTREAM_UNAVAILABLE'],
  ])('in the same operation in which another one %s, whose error names it', async (_, fault, code) => {
    const failing = await startFailingUpstream(fault);
    const gateway = await beside({ endpoint: failing.url }, { deadlineMs: 1000 });
    const { data, errors } = await gateway.graphql(`{ a: ${stages(PROD)} b: ${stages('dev')} }`);
    expect(data).toEqual({ a: three, b: null });
    expect(errors).toMatchObject([
      { path: ['b'], message: expect.stringMatching(/^dev in us-east-1: /), extensions: { code } },
    ]);
    // The pause after a 429 is that of the other account.
    expect((await gateway.graphql(`{ ${stages(PROD)} }`)).data).toEqual({ stages: three });
    await gateway.close();
    await failing.close();
  });

  test('while another one has the credentials of a third account: it never gets a call', async () => {
    restore();
    restore = inAwsEnvironment({ AWS_ACCESS_KEY_ID: 'ASIAQNZGKIQY56JQ7WML', AWS_SECRET_ACCESS_KEY: 'any' });
    const log: string[] = [];
    const gateway = await beside({}, { log: (line) => log.push(line) });
    const { data, errors } = await gateway.graphql(`{ a: ${stages(PROD)} b: ${stages('dev')} }`);
    expect(data).toEqual({ a: three, b: null });
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'UPSTREAM_ACCESS_DENIED' } }]);
    expect(errors?.[0]?.message).not.toContain('029608264753');
    expect(log.join('')).toContain(`account 029608264753, not of the target's account ${DEV}`);
    const change = await gateway.graphql(
      'mutation { updateStage(input: { account: "dev", restApiId: "petstore01", stageName: "dev", description: "x" }) { userErrors { code message } } }',
    );
    expect(change.data).toMatchObject({
      updateStage: {
        userErrors: [{ code: 'ACCESS_DENIED', message: expect.stringMatching(/^dev in us-east-1: /) }],
      },
    });
    expect(await readiness(gateway)).toEqual({ status: 200, body: { status: 'ready', failingTargets: 1 } });
    await gateway.close();
  });
});

describe('when the file is read again', () => {
  const file = (...targets: TargetSettings[]) => ({ quota: 'account' as const, targets });

  test('a target that vanished is unknown, a new one is served, and what is cached of the others stays', async () => {
    const [one, two, three_] = await Promise.all([startStageApi(), startStageApi(), startStageApi()]);
    const home = target({ account: PROD, region: 'us-east-1', home: true, endpoint: one.url });
    const old = target({ account: DEV, region: 'us-east-1', endpoint: two.url });
    const added = target({ account: '777788889999', region: 'us-east-1', endpoint: three_.url });
    const gateway = await startFleet(file(home, old), { ttlMs: 60_000 });
    // The third time it comes from the response cache.
    for (let time = 0; time < 3; time++) await gateway.graphql(`{ a: ${stages(PROD)} b: ${stages(DEV)} }`);
    gateway.fleet.replace(file(home, added));
    const { data, errors } = await gateway.graphql(`{ a: ${stages(PROD)} b: ${stages(DEV)} }`);
    expect(data).toEqual({ a: three, b: null });
    expect(errors).toMatchObject([{ path: ['b'], message: expect.stringMatching(/is not known/) }]);
    expect((await gateway.graphql(`{ ${stages('777788889999')} }`)).data).toEqual({ stages: three });
    expect([one.calls(), two.calls(), three_.calls()]).toEqual([
      { GetStages: 1 },
      { GetStages: 1 },
      { GetStages: 1 },
    ]);
    await gateway.close();
  });

  test('the rate limiters are those of its accounts, with its rates', async () => {
    const api = await startStageApi();
    const home = target({
      account: PROD,
      region: 'us-east-1',
      home: true,
      endpoint: api.url,
      rate: 5,
      burst: 20,
    });
    const old = target({ account: DEV, region: 'us-east-1', endpoint: api.url });
    const gateway = await startFleet(file(home, old));
    const read = () => gateway.graphql(`{ a: ${stages(PROD)} }`);
    await gateway.graphql(`{ a: ${stages(PROD)} b: ${stages(DEV)} }`);
    expect(gateway.fleet.limiters().map(({ account, rate }) => [account, rate])).toEqual([
      [PROD, 5],
      [DEV, 1000],
    ]);
    gateway.fleet.replace(file({ ...home, rate: 7 }));
    await read();
    expect(gateway.fleet.limiters().map(({ account, rate }) => [account, rate])).toEqual([[PROD, 7]]);
    await gateway.close();
  });

  test('a request in flight ends with the target that it began with', async () => {
    const slow = await startHeldUpstream();
    const other = await startStageApi();
    const home = target({ account: PROD, region: 'us-east-1', home: true, endpoint: other.url });
    const gateway = await startFleet(
      file(home, target({ account: DEV, region: 'us-east-1', endpoint: slow.url })),
    );
    const pending = gateway.graphql(`{ ${stages(DEV)} }`);
    const held = await slow.next();
    gateway.fleet.replace(file(home));
    held.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ item: [{ stageName: 'late', deploymentId: 'd1' }] }));
    });
    expect((await pending).data).toEqual({ stages: [{ stageName: 'late' }] });
    await gateway.close();
    await slow.close();
  });
});
