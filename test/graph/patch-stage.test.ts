import { beforeAll, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { copied, expectRefused, mutate, removed, replaced, stored } from '../support/mutations.ts';
import { run, sentPatches, useGateway } from '../support/run.ts';
import { liveWithKeys } from '../support/sample-states.ts';

const prod = { restApiId: 'petstore01', stageName: 'prod' };
const DESCRIPTION = 'stage { description }';

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const patch = (patchOperations: readonly object[], input: object = {}) =>
  mutate(gateway, 'patchStage', { ...prod, ...input, patchOperations }, DESCRIPTION);

describe('patchStage', () => {
  test('sends the operations unchanged, in the given order, in one call', async () => {
    const operations = [
      { op: 'replace', path: '/variables/table', value: 'cats' },
      { op: 'remove', path: '/~1pets/GET' },
      { op: 'add', path: '/accessLogSettings/format', value: '$context.requestId' },
      { op: 'replace', path: '/description', value: 'Raw' },
      { op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '5' },
    ];
    const answer = await patch(operations);
    expect(answer).toMatchObject({ userErrors: [], warnings: [], stage: { description: 'Raw' } });
    expect(answer.patchOperations).toEqual(
      operations.map((operation) => ({ value: null, from: null, ...operation })),
    );
    expect(sentPatches(gateway)).toEqual([operations]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
    expect(await stored(gateway, 'prod')).toMatchObject({
      variables: { table: 'cats' },
      methodSettings: { '~1pets/GET': { throttlingRateLimit: 5, throttlingBurstLimit: 500 } },
    });
  });

  test('promotes a canary with raw operations', async () => {
    const { patchOperations, warnings } = await patch([
      { op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' },
      { op: 'replace', path: '/canarySettings/percentTraffic', value: '0.0' },
    ]);
    expect(patchOperations).toEqual([
      copied('/canarySettings/deploymentId', '/deploymentId'),
      replaced('/canarySettings/percentTraffic', '0.0'),
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(['CANARY_KEPT']);
    expect(await stored(gateway, 'prod')).toMatchObject({ deploymentId: 'dep002' });
  });

  test('reports that there is no canary to copy from, also in a dry run', async () => {
    const copy = [{ op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' }];
    for (const dryRun of [false, true]) {
      const { userErrors } = await patch(copy, { stageName: 'dev', dryRun });
      expect(userErrors.map(({ code }) => code)).toEqual(['CANARY_NOT_FOUND']);
    }
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1, GetStage: 1 });
  });

  test('applies the rest of a patch if an entry to remove does not exist', async () => {
    const { userErrors, patchOperations } = await patch([
      { op: 'remove', path: '/~1nothing/GET' },
      { op: 'replace', path: '/description', value: 'Raw' },
    ]);
    expect(userErrors).toEqual([]);
    expect(patchOperations).toEqual([replaced('/description', 'Raw')]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 2, GetStage: 1 });
    expect(await stored(gateway, 'prod')).toMatchObject({ description: 'Raw' });
  });

  test('removes an existing entry for ANY', async () => {
    const { userErrors } = await patch([{ op: 'remove', path: '/~1pets/ANY' }]);
    expect(userErrors).toEqual([]);
    expect(sentPatches(gateway)).toEqual([[{ op: 'remove', path: '/~1pets/ANY' }]]);
  });

  test.each(['//tenant/{t}/codes/GET', '/~1tenant~1{t}~1codes~1GET'])(
    'removes a dead key with several slashes by the path %s, as its dry run shows',
    async (path) => {
      const old = await run({ stageApi: { state: liveWithKeys('/tenant/{t}/codes/GET') } });
      const input = { restApiId: 'orders0002', stageName: 'live', patchOperations: [{ op: 'remove', path }] };
      try {
        for (const dryRun of [true, false]) {
          const answer = await mutate(old, 'patchStage', { ...input, dryRun });
          expect(answer).toMatchObject({ userErrors: [], patchOperations: [removed(path)] });
        }
        expect((await stored(old, 'live', 'orders0002'))?.methodSettings).not.toHaveProperty([
          '/tenant/{t}/codes/GET',
        ]);
      } finally {
        await old.close();
      }
    },
  );

  test('shows the remaining operations in a dry run', async () => {
    const { patchOperations } = await patch(
      [
        { op: 'remove', path: '/~1nothing/GET' },
        { op: 'remove', path: '/~1pets/GET' },
        { op: 'replace', path: '/~1new/GET/metrics/enabled', value: 'true' },
        { op: 'remove', path: '/~1new/GET' },
      ],
      { dryRun: true },
    );
    expect(patchOperations).toEqual([
      removed('/~1pets/GET'),
      replaced('/~1new/GET/metrics/enabled', 'true'),
      removed('/~1new/GET'),
    ]);
  });

  test.each(['/pets/GET', '/*/GET', '/pets/toys/GET'])('warns that %s is a dead key', async (key) => {
    const { warnings } = await patch([{ op: 'replace', path: `${key}/metrics/enabled`, value: 'true' }]);
    expect(warnings.map(({ code }) => code)).toEqual(['DEAD_KEY']);
    expect(warnings[0]?.message).toContain(`"${key.slice(1)}"`);
  });

  test('has the warnings of the typed mutations', async () => {
    const { warnings } = await patch(
      [
        { op: 'replace', path: '/~1pets/GET/caching/enabled', value: 'true' },
        { op: 'replace', path: '/~1pets/GET/logging/dataTrace', value: 'true' },
        { op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '0' },
      ],
      { stageName: 'dev' },
    );
    expect(warnings.map(({ code }) => code)).toEqual([
      'CACHING_WITHOUT_CLUSTER',
      'FULL_REQUEST_DATA_LOGGED',
      'ALL_TRAFFIC_BLOCKED',
    ]);
  });

  test.each([
    ['throttling/rateLimit', '0.00'],
    ['throttling/rateLimit', '-0'],
    ['throttling/rateLimit', '00'],
    ['throttling/burstLimit', '-0'],
    ['throttling/burstLimit', '00'],
  ])('warns that %s %s blocks the method', async (setting, value) => {
    const answer = await patch([{ op: 'replace', path: `/~1pets/GET/${setting}`, value }]);
    expect(answer.userErrors).toEqual([]);
    expect(answer.warnings.map(({ code }) => code)).toEqual(['ALL_TRAFFIC_BLOCKED']);
  });

  test('refuses all operations outside of the grammar at once, and sends nothing', async () => {
    const at = (index: number, member: string) => ['patchOperations', String(index), member];
    const operations = [
      { op: 'move', path: '/description' },
      { op: 'replace', path: '/description', value: 'fine' },
      { op: 'replace', path: '/tags/team', value: 'x' },
      { op: 'add', path: '/variables/x', value: 'x' },
      { op: 'remove', path: '/accessLogSettings/destinationArn' },
      { op: 'replace', path: '/tracingEnabled', value: 'True' },
      { op: 'replace', path: '/description' },
      { op: 'copy', path: '/variables', from: '/canarySettings/deploymentId' },
      { op: 'replace', path: '/~1pets/ANY/metrics/enabled', value: 'true' },
      { op: 'replace', path: '/~1pets/*/metrics/enabled', value: 'true' },
    ];
    await expectRefused(gateway, 'patchStage', { ...prod, patchOperations: operations }, [
      { field: at(0, 'op'), says: ['op must be replace, remove, copy or add', '"move"'] },
      { field: at(2, 'path'), says: ['does not support replace of "/tags/team"'] },
      { field: at(3, 'path'), says: ['does not support add of "/variables/x"'] },
      { field: at(4, 'path'), says: ['does not support remove of "/accessLogSettings/destinationArn"'] },
      { field: at(5, 'value'), says: ['"/tracingEnabled"', 'must be one of true, false', '"True"'] },
      { field: at(6, 'value'), says: ['replace requires a value, as a string'] },
      { field: at(7, 'from'), says: ['can be copied from /canarySettings/stageVariableOverrides only'] },
      {
        field: at(8, 'path'),
        says: ['"/~1pets/ANY/metrics/enabled"', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
      },
      { field: at(9, 'path'), says: ['"/~1pets/*/metrics/enabled"', 'requires'] },
    ]);
  });

  test('refuses an empty list and a list that is too long', async () => {
    const one = { op: 'replace', path: '/description', value: 'x' };
    const says = ['At least one operation is required'];
    await expectRefused(gateway, 'patchStage', { ...prod, patchOperations: [] }, [
      { field: ['patchOperations'], says },
    ]);
    const { userErrors } = await patch(Array.from({ length: 81 }, () => one));
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(/81.*at most 80/) }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({});
    expect((await patch(Array.from({ length: 80 }, () => one))).userErrors).toEqual([]);
  });
});
