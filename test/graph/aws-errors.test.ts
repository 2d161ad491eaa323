import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { everyMutation, mutate, mutations, type MutationName } from '../support/mutations.ts';
import { type Running, run, startGateway } from '../support/run.ts';

/** A fault that the embedded Stage API answers with, once or always. */
type Fault = NonNullable<Parameters<Running['stageApi']['configure']>[0]['faults']>[number];
const fail = (status: number, code: string, message: string, more: Partial<Fault> = {}): Fault => ({
  ...{ operation: '*', action: 'fail', status, code, message, ...noRetry },
  ...more,
});

/** Exceeds every deadline here, so that nothing is retried. */
const noRetry = { retryAfterSeconds: 60 };
const concurrent = 'Unable to complete operation due to concurrent modification. Please try again later.';

const denied = { code: 'ACCESS_DENIED', retryable: false, field: null };
const rejected = { code: 'REJECTED', retryable: false, field: null };

describe('a refusal of AWS', () => {
  let gateway: Running;
  beforeAll(async () => {
    gateway = await run();
  });
  afterEach(() => gateway.stageApi.configure({ faults: [] }));

  const refusalOf = async (fault: Fault) => {
    gateway.stageApi.configure({ faults: [fault] });
    // A separate gateway, because a throttled one pauses for a while.
    const fresh = await startGateway(gateway.stageApi.url);
    const { userErrors, patchOperations, warnings } = await mutate(fresh, 'updateStage', {
      ...mutations.updateStage.input,
    }).finally(() => fresh.close());
    expect({ patchOperations, warnings }).toEqual({ patchOperations: [], warnings: [] });
    expect(userErrors).toHaveLength(1);
    return userErrors[0];
  };

  test.each([
    [404, 'NotFoundException', 'Invalid API identifier specified 123456789012:petstore01', 'restApiId'],
    [404, 'NotFoundException', 'Invalid stage identifier specified', 'stageName'],
    [404, 'NotFoundException', 'Invalid Stage identifier specified', 'stageName'],
  ])('%i %s, %j: NOT_FOUND at %s', async (status, code, message, field) => {
    expect(await refusalOf(fail(status, code, message))).toEqual({
      code: 'NOT_FOUND',
      field: ['input', field],
      message: expect.stringMatching(
        /(API or the stage does not exist|no stage of this name).*case-sensitive/,
      ),
      retryable: false,
      retryAfterSeconds: null,
      awsRequestId: expect.stringMatching(/^[\w-]{8,}$/),
    });
  });

  test.each([
    [409, 'ConflictException', concurrent, { code: 'CONFLICT', retryable: true }],
    [
      409,
      'ConflictException',
      'A previous change is still in progress',
      { code: 'CONFLICT', retryable: true },
    ],
    [
      400,
      'BadRequestException',
      'A previous change is still in progress',
      { code: 'CONFLICT', retryable: true },
    ],
    [409, 'ConflictException', 'Stage already exists', { code: 'ALREADY_EXISTS', retryable: false }],
    [400, 'BadRequestException', 'Deployment id does not exist', { code: 'DEPLOYMENT_NOT_FOUND' }],
    [404, 'NotFoundException', 'Invalid Deployment identifier specified', { code: 'DEPLOYMENT_NOT_FOUND' }],
    [
      400,
      'BadRequestException',
      'Promotion not available. Canary does not exist.',
      { code: 'CANARY_NOT_FOUND' },
    ],
    [
      400,
      'BadRequestException',
      'Maximum number of APIs has been reached.',
      {
        code: 'LIMIT_EXCEEDED',
        message: expect.stringContaining('Maximum number of APIs has been reached.'),
      },
    ],
    [
      429,
      'LimitExceededException',
      'Limit of 123456789012',
      {
        code: 'LIMIT_EXCEEDED',
        message: expect.stringMatching(/AWS quota .*UpdateStage.*: Limit of \[account\]\. /),
        retryable: false,
      },
    ],
    [
      429,
      'LimitExceededException',
      '',
      {
        code: 'LIMIT_EXCEEDED',
        message: expect.stringMatching(/UpdateStage is exhausted: status 429, without a message\. Remove/),
      },
    ],
    [429, 'TooManyRequestsException', 'Too Many Requests', { code: 'THROTTLED', retryable: true }],
    [400, 'ThrottlingException', 'Rate exceeded', { code: 'THROTTLED', retryable: true }],
    [429, 'SomethingNew', 'Slow down', { code: 'THROTTLED', retryable: true }],
    [401, 'UnauthorizedException', 'No', denied],
    [403, 'AccessDeniedException', 'No', denied],
    [403, 'UnrecognizedClientException', 'No', denied],
    [403, 'ExpiredTokenException', 'No', denied],
    [403, 'InvalidSignatureException', 'No', denied],
    [403, 'MissingAuthenticationTokenException', 'No', denied],
    [403, 'SomethingNew', 'No', denied],
    [400, 'BadRequestException', 'Invalid method setting path', rejected],
    [400, 'ValidationException', '1 validation error detected', rejected],
    [400, 'SerializationException', 'can not be converted to an String', rejected],
  ])('%i %s, %j: %j', async (status, code, message, expected) => {
    const error = await refusalOf(fail(status, code, message));
    expect(error).toEqual(expect.objectContaining(expected));
    expect(error?.awsRequestId).toEqual(expect.stringMatching(/^[\w-]{8,}$/));
  });

  test.each([
    [429, 'TooManyRequestsException'],
    [429, 'LimitExceededException'],
    [429, 'SomethingNew'],
  ])('%i %s passes on the Retry-After of AWS', async (status, code) => {
    const error = await refusalOf(fail(status, code, 'Wait', { retryAfterSeconds: 7 }));
    expect(error?.retryAfterSeconds).toBe(7);
  });

  test('includes the reason of a refusal, without ARNs, accounts and hosts', async () => {
    const message =
      "Role arn:aws:iam::123456789012:role/x of 123456789012 at https://vpce-1.internal/x cannot 'do' it";
    const error = await refusalOf(fail(400, 'BadRequestException', message));
    expect(error?.message).toBe("AWS refused: Role [ARN] of [account] at [URL] cannot 'do' it");
  });

  test.each(everyMutation)('$name reports that AWS denied the request', async (row) => {
    const message = 'User: arn:aws:sts::123456789012:assumed-role/x is not authorized';
    gateway.stageApi.configure({ faults: [fail(403, 'AccessDeniedException', message)] });
    const { userErrors } = await mutate(gateway, row.name, row.input);
    expect(userErrors).toEqual([expect.objectContaining(denied)]);
    expect(JSON.stringify(userErrors)).not.toMatch(/arn:|123456789012|authorized/);
  });

  test.each(everyMutation)('$name reports that the API does not exist', async ({ name, input }) => {
    const { userErrors } = await mutate(gateway, name, { ...input, restApiId: 'Petstore01' });
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'restApiId'], retryable: false }),
    ]);
  });

  const needsStage = everyMutation.filter(({ name }) => {
    const others: MutationName[] = ['createStage', 'createRestApiDeployment', 'deleteStage'];
    return !others.includes(name);
  });
  test.each(needsStage)('$name reports that the stage does not exist', async ({ name, input }) => {
    const { userErrors } = await mutate(gateway, name, { ...input, stageName: 'Prod' });
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'stageName'], retryable: false }),
    ]);
  });

  test('an unknown refusal is logged completely, and reported as a refusal', async () => {
    const lines: string[] = [];
    const watched = await run({ log: (line) => lines.push(line) });
    watched.stageApi.configure({ faults: [fail(418, 'TeapotException', 'short and stout')] });
    const { userErrors } = await mutate(watched, 'removeCanary', mutations.removeCanary.input);
    const { errors } = await watched.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    await watched.close();
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'REJECTED', message: 'AWS refused: short and stout' }),
    ]);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    expect(JSON.stringify(errors)).not.toMatch(/stout|Teapot/);
    expect(lines.filter((line) => line.includes('TeapotException'))).not.toEqual([]);
    expect(lines.join('')).toContain('short and stout');
  });
});
