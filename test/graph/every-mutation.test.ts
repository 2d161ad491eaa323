import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import {
  everyMutation,
  expectRefused,
  mutate,
  mutations,
  patchingMutations,
  revisionOf,
} from '../support/mutations.ts';
import { stateOf } from '../support/outcomes.ts';
import { type Running, run, sentPatches } from '../support/run.ts';

/** Names with which the SDK would call another resource, or which AWS does not allow. */
const badNames = ['', '.', '..', 'a/b', 'a b', 'a\nb', 'prod\u0000', 'prød', 'a%2fb', 'x'.repeat(129)];
const onStage = everyMutation.filter(({ name }) => name !== 'createStage');
const STAGE = 'stage { stageName revision }';

interface WithStage {
  stage: { stageName: string; revision: string } | null;
}

describe('every mutation, before it sends anything', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run({ isProtected: (stageName) => ['prod', 'fresh'].includes(stageName) });
    await lookAtDeployments(gateway);
  });
  beforeEach(() => gateway.stageApi.resetCalls());

  test.each(everyMutation)('$name refuses invalid ids', async ({ name, input }) => {
    for (const bad of badNames) {
      const says = [JSON.stringify(bad.slice(0, 60)).slice(0, -1), 'must be 1 to 128 letters'];
      await expectRefused(gateway, name, { ...input, restApiId: bad }, [{ field: ['restApiId'], says }]);
      await expectRefused(gateway, name, { ...input, stageName: bad }, [{ field: ['stageName'], says }]);
    }
  });

  test.each(everyMutation)('$name reports all problems of its target at once', ({ name, input }) =>
    expectRefused(gateway, name, { ...input, restApiId: '..', stageName: 'my stage' }, [
      { field: ['restApiId'], says: ['restApiId', '".."', 'must be'] },
      { field: ['stageName'], says: ['stageName', '"my stage"', 'must be'] },
    ]),
  );

  test.each(everyMutation)('$name requires confirmation for a protected stage', async (row) => {
    for (const confirm of [undefined, null, '', 'Prod', 'staging']) {
      const { userErrors } = await mutate(gateway, row.name, { ...row.input, confirm });
      expect(userErrors).toEqual([
        expect.objectContaining({
          code: 'CONFIRMATION_REQUIRED',
          field: ['input', 'confirm'],
          message: expect.stringContaining(`"${row.input.stageName}"`),
          retryable: false,
        }),
      ]);
    }
    expect(gateway.stageApi.calls()).toEqual({});
  });

  test.each(everyMutation)('$name refuses a confirmation with the name of another stage', async (row) => {
    const { userErrors } = await mutate(gateway, row.name, {
      ...row.input,
      stageName: 'dev',
      confirm: 'staging',
    });
    expect(userErrors.map(({ code }) => code)).toEqual(['CONFIRMATION_REQUIRED']);
    expect(gateway.stageApi.calls()).toEqual({});
  });

  test.each(onStage)('$name is refused if the revision is not the expected one', async ({ name, input }) => {
    const confirmed = { ...input, confirm: input.stageName, expectedRevision: 'of-last-year' };
    const { userErrors, patchOperations } = await mutate(gateway, name, confirmed);
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'PRECONDITION_FAILED',
        field: ['input', 'expectedRevision'],
        retryable: false,
      }),
    ]);
    expect(patchOperations).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test.each(onStage)(
    '$name has a dry run that reads once, sends nothing and requires no confirmation',
    async ({ name, input, patches, readsOther }) => {
      const before = await stateOf(gateway);
      const showsStage = name !== 'deleteStage';
      const { stage, userErrors, patchOperations } = await mutate<WithStage>(
        gateway,
        name,
        { ...input, dryRun: true },
        showsStage ? STAGE : 'deletedStageId',
      );
      expect(userErrors).toEqual([]);
      expect(patchOperations.length > 0).toBe(patches);
      expect(gateway.stageApi.calls()).toEqual({ GetStage: readsOther === true ? 2 : 1 });
      const asItIs = { stageName: 'prod', revision: await revisionOf(gateway) };
      expect(stage).toEqual(showsStage ? asItIs : undefined);
      expect(await stateOf(gateway)).toBe(before);
    },
  );

  test.each(onStage)(
    '$name refuses a dry run if the revision is not the expected one',
    async ({ name, input, readsOther }) => {
      const stale = await mutate(gateway, name, { ...input, dryRun: true, expectedRevision: 'stale' });
      expect(stale.userErrors.map(({ code }) => code)).toEqual(['PRECONDITION_FAILED']);
      const expectedRevision = await revisionOf(gateway);
      const current = await mutate(gateway, name, { ...input, dryRun: true, expectedRevision });
      expect(current.userErrors).toEqual([]);
      expect(gateway.stageApi.calls()).toEqual({ GetStage: readsOther === true ? 3 : 2, GetStages: 1 });
    },
  );

  const needsStage = onStage.filter(({ name }) => name !== 'deleteStage');
  test.each(needsStage)('$name refuses a dry run for an unknown stage', async (row) => {
    const { userErrors } = await mutate(gateway, row.name, { ...row.input, stageName: 'no', dryRun: true });
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'stageName'] }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('createStage has a dry run without confirmation, too', async () => {
    const input = { ...mutations.createStage.input, dryRun: true };
    const { userErrors } = await mutate(gateway, 'createStage', input);
    expect(userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });
});

describe('every mutation', () => {
  let gateway: Running;
  beforeEach(async () => {
    gateway = await run({ isProtected: (stageName) => ['prod', 'fresh'].includes(stageName) });
    await lookAtDeployments(gateway);
  });

  test.each(everyMutation)(
    '$name with confirmation makes exactly the calls $calls',
    async ({ name, input, calls }) => {
      const answer = await mutate(gateway, name, { ...input, confirm: input.stageName });
      expect(answer.userErrors).toEqual([]);
      expect(gateway.stageApi.calls()).toEqual(calls);
    },
  );

  test.each(everyMutation)('$name with dryRun: null is not a dry run', async ({ name, input, calls }) => {
    await mutate(gateway, name, { ...input, confirm: input.stageName, dryRun: null });
    expect(gateway.stageApi.calls()).toEqual(calls);
  });

  test.each(everyMutation.filter(({ patches }) => patches))(
    '$name returns the changed stage without a further call',
    async ({ name, input, calls }) => {
      const confirmed = { ...input, confirm: input.stageName };
      const { stage } = await mutate<WithStage>(gateway, name, confirmed, STAGE);
      expect(gateway.stageApi.calls()).toEqual(calls);
      const revision = await revisionOf(gateway, input.stageName);
      expect(stage).toEqual({ stageName: input.stageName, revision });
    },
  );

  test.each(everyMutation.filter(({ blind }) => blind))(
    '$name reads the stage afterwards if it is selected',
    async ({ name, input, calls }) => {
      const { stage } = await mutate<WithStage>(gateway, name, { ...input, confirm: 'prod' }, STAGE);
      expect(gateway.stageApi.calls()).toEqual({ ...calls, GetStages: 1 });
      expect(stage).toEqual({ stageName: 'prod', revision: await revisionOf(gateway) });
    },
  );

  test.each(onStage)('$name is applied at the expected revision, after one read', async (row) => {
    const expectedRevision = await revisionOf(gateway);
    gateway.stageApi.resetCalls();
    const input = { ...row.input, confirm: 'prod', expectedRevision };
    const { userErrors } = await mutate(gateway, row.name, input);
    expect(userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1, ...row.calls });
  });

  test.each(patchingMutations)('$name sends what its dry run returned', async ({ name, input }) => {
    const planned = await mutate(gateway, name, { ...input, dryRun: true });
    const { patchOperations } = await mutate(gateway, name, { ...input, confirm: 'prod' });
    expect(patchOperations).toEqual(planned.patchOperations);
    const asSent = patchOperations.map((operation) =>
      Object.fromEntries(Object.entries(operation).filter(([, value]) => value !== null)),
    );
    expect(sentPatches(gateway)).toEqual([asSent]);
  });
});
