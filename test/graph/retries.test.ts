import { beforeEach, describe, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { everyMutation, mutate, mutations, revisionOf, stored } from '../support/mutations.ts';
import { type Running, run, sentPatches } from '../support/run.ts';

const concurrent = 'Unable to complete operation due to concurrent modification. Please try again later.';

let gateway: Running;
beforeEach(async () => {
  gateway = await run({ requestTimeoutMs: 600, deadlineMs: 9000 });
  await lookAtDeployments(gateway);
});

const { input } = mutations.updateStage;

describe('a write that conflicts with another one', () => {
  const conflict = { action: 'fail', status: 409, message: concurrent } as const;

  test.each(everyMutation)('$name is retried, and succeeds', async (row) => {
    const operation = Object.keys(row.calls).at(-1) ?? '';
    gateway.stageApi.configure({ faults: [{ ...conflict, operation, times: 1 }] });
    const { userErrors } = await mutate(gateway, row.name, row.input);
    expect(userErrors).toEqual([]);
    // A change that depends on a read reads again first.
    const twice = Object.entries(row.calls).map(([name, count]) => [name, 2 * count]);
    expect(gateway.stageApi.calls()).toEqual(Object.fromEntries(twice));
  });

  test('fails after four attempts, and is retryable', async () => {
    gateway.stageApi.configure({ conflictRate: 1 });
    const { userErrors } = await mutate(gateway, 'updateStage', input);
    expect(userErrors).toEqual([expect.objectContaining({ code: 'CONFLICT', retryable: true, field: null })]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 4 });
  });

  test('an existing stage is not a conflict', async () => {
    const { userErrors } = await mutate(gateway, 'createStage', {
      ...mutations.createStage.input,
      stageName: 'dev',
    });
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'ALREADY_EXISTS',
        field: ['input', 'stageName'],
        message: expect.stringContaining('already has a stage of this name'),
        retryable: false,
        awsRequestId: expect.any(String),
      }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ CreateStage: 1 });
  });
});

describe('a write that AWS rejects before processing it', () => {
  test.each([
    [429, 'TooManyRequestsException'],
    [503, 'ServiceUnavailableException'],
  ])('is retried after %i, also a creation', async (status, code) => {
    const fault = { action: 'fail', status, code, times: 1 } as const;
    gateway.stageApi.configure({ faults: [{ ...fault, operation: 'CreateStage' }] });
    const { userErrors } = await mutate(gateway, 'createStage', mutations.createStage.input);
    expect(userErrors).toEqual([]);
    expect(gateway.stageApi.calls()).toEqual({ CreateStage: 2 });
  });

  test('is not retried if the Retry-After of AWS exceeds the deadline', async () => {
    const fault = { operation: '*', action: 'fail', status: 429, retryAfterSeconds: 60 } as const;
    gateway.stageApi.configure({ faults: [fault] });
    const { userErrors } = await mutate(gateway, 'updateStage', input);
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'THROTTLED', retryable: true, retryAfterSeconds: 60 }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });

  test('an exhausted stage quota of an API is not retried', async () => {
    gateway.stageApi.configure({ stagesPerApi: 3 });
    const { userErrors } = await mutate(gateway, 'createStage', mutations.createStage.input);
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'LIMIT_EXCEEDED',
        message: expect.stringContaining('Maximum number of stages for this API has been reached.'),
        retryable: false,
        retryAfterSeconds: null,
      }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ CreateStage: 1 });
  });
});

describe('a write that was applied, but whose answer was lost,', () => {
  const lost = { action: 'reset', afterwards: true } as const;

  test.each(['reset', 'hang'] as const)('is repeated if that changes nothing more: %s', async (action) => {
    const fault = { ...lost, action, operation: 'UpdateStage', times: 1 };
    gateway.stageApi.configure({ faults: [fault] });
    const { userErrors } = await mutate(gateway, 'updateStage', input);
    expect(userErrors).toEqual([]);
    expect(sentPatches(gateway)).toHaveLength(2);
    expect(await stored(gateway, 'prod')).toMatchObject({ description: 'Changed' });
  });

  test.each(['removeMethodSetting', 'deleteStage'] as const)(
    '%s finds nothing to remove at the second attempt, and succeeds',
    async (name) => {
      const operation = Object.keys(mutations[name].calls)[0] ?? '';
      gateway.stageApi.configure({ faults: [{ ...lost, operation, times: 1 }] });
      const { userErrors } = await mutate(gateway, name, mutations[name].input);
      expect(userErrors).toEqual([]);
      expect(gateway.stageApi.calls()[operation]).toBe(2);
    },
  );

  test.each([
    ['createStage', 'CreateStage', 'check whether the stage exists'],
    ['createRestApiDeployment', 'CreateDeployment', "look for it among the API's deployments"],
    ['promoteCanary', 'UpdateStage', 'read the stage'],
  ] as const)('%s is not repeated, and the message says what to check', async (name, operation, advice) => {
    gateway.stageApi.configure({ faults: [{ ...lost, operation, times: 1 }] });
    const { userErrors } = await mutate(gateway, name, mutations[name].input);
    expect(userErrors).toEqual([
      {
        code: 'OUTCOME_UNKNOWN',
        message: `The change was sent, but AWS returned no valid response. Before you retry, ${advice}.`,
        field: null,
        retryable: false,
        retryAfterSeconds: null,
        awsRequestId: null,
      },
    ]);
    expect(gateway.stageApi.calls()[operation]).toBe(1);
  });

  test('is not repeated with an expected revision, which it may itself have changed', async () => {
    const expectedRevision = await revisionOf(gateway);
    gateway.stageApi.configure({ faults: [{ ...lost, operation: 'UpdateStage' }] });
    const { userErrors } = await mutate(gateway, 'updateStage', { ...input, expectedRevision });
    expect(userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
    expect(sentPatches(gateway)).toHaveLength(1);
  });

  test('has an unknown outcome if AWS answers no attempt', async () => {
    gateway.stageApi.configure({ faults: [{ operation: 'UpdateStage', action: 'hang' }] });
    const { userErrors } = await mutate(gateway, 'updateStage', input);
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'OUTCOME_UNKNOWN',
        message: expect.stringMatching(/did not answer in time\. Before you retry, read the stage\.$/),
      }),
    ]);
    expect(sentPatches(gateway)).toHaveLength(4);
  });
});

test('a mutation whose first read gets no answer reports an outage, not an unknown outcome', async () => {
  gateway.stageApi.configure({ faults: [{ operation: 'GetStage', action: 'hang' }] });
  const { data, errors } = await gateway.graphql(
    'mutation ($input: PromoteCanaryInput!) { promoteCanary(input: $input) { userErrors { code } } }',
    { input: mutations.promoteCanary.input },
  );
  expect(data).toEqual({ promoteCanary: null });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_TIMEOUT']);
  expect(gateway.stageApi.calls()).toEqual({ GetStage: 4 });
});
