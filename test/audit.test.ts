import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { bearer, type Issuer, startIssuer } from './support/issuer.ts';
import { documentOf, everyMutation, type MutationName, mutations } from './support/mutations.ts';
import { type Running, run } from './support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };

describe('the audit log', () => {
  let issuer: Issuer;
  let gateway: Running;
  let written: string[] = [];
  beforeAll(async () => {
    issuer = await startIssuer();
    gateway = await run({ auth: issuer.options, audit: (line) => written.push(line), ttlMs: 60_000 });
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.close();
  });
  beforeEach(() => {
    written = [];
  });

  const lines = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  const as = async (scope: string, query: string, variables = {}) =>
    gateway.graphql(query, variables, {
      ...bearer(await issuer.token(scope, { sub: 'ada@example.com' })),
      'x-request-id': 'request-7',
      'apollographql-client-name': 'console',
      'apollographql-client-version': '1.2',
    });
  const change = (scope: string, name: MutationName, input: object) => as(scope, documentOf(name), { input });
  const revision = async () => {
    const { data } = await as(
      'stages:read',
      '{ stage(restApiId: "petstore01", stageName: "dev") { revision } }',
    );
    return (data as { stage: { revision: string } }).stage.revision;
  };

  test('has a line for a change: who, what, the outcome, the calls and the revisions', async () => {
    const before = await revision();
    await change('stages:write', 'updateStage', { ...dev, description: 'Changed' });
    expect(lines()).toEqual([
      {
        level: 30,
        log: 'audit',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        msg: 'change',
        requestId: 'request-7',
        subject: 'ada@example.com',
        clientName: 'console',
        clientVersion: '1.2',
        mutation: 'updateStage',
        ...dev,
        dryRun: false,
        inputFields: ['restApiId', 'stageName', 'description', 'dryRun'],
        outcome: 'OK',
        calls: [
          {
            operation: 'UpdateStage',
            input: { ...dev, patchOperations: [{ op: 'replace', path: '/description', value: 'Changed' }] },
            outcome: 'OK',
            awsRequestId: expect.stringMatching(/^[\w-]{20,}$/),
          },
        ],
        revisionBefore: before,
        revisionAfter: await revision(),
      },
    ]);
    expect(lines()[0]?.revisionAfter).not.toBe(before);
  });

  test('says what a dry run would have sent, and that nothing was', async () => {
    await change('stages:write', 'updateStage', { ...dev, description: 'Perhaps', dryRun: true });
    expect(lines()).toMatchObject([
      {
        outcome: 'DRY_RUN',
        dryRun: true,
        calls: [],
        patchOperations: [{ op: 'replace', path: '/description', value: 'Perhaps' }],
        revisionAfter: null,
      },
    ]);
  });

  test.each(everyMutation)('says of a dry run of $name that nothing was sent', async ({ name, input }) => {
    await change('stages:admin', name, { ...input, dryRun: true });
    expect(lines()).toMatchObject([
      { mutation: name, dryRun: true, outcome: 'DRY_RUN', calls: [], revisionAfter: null },
    ]);
  });

  test('holds no value of a variable, wherever it was sent', async () => {
    const set = [{ name: 'password', value: 'Swordfish' }];
    await change('stages:write', 'setStageVariables', { ...dev, set });
    await change('stages:write', 'setStageVariables', { ...dev, set, dryRun: true });
    await change('stages:write', 'createStage', {
      restApiId: 'petstore01',
      stageName: 'fresh',
      deploymentId: 'dep001',
      variables: set,
      canarySettings: { percentTraffic: 5, stageVariableOverrides: set },
    });
    await change('stages:admin', 'patchStage', {
      ...dev,
      patchOperations: [{ op: 'replace', path: '/variables/password', value: 'Swordfish' }],
    });
    expect(lines().map(({ outcome }) => outcome)).toEqual(['OK', 'DRY_RUN', 'OK', 'OK']);
    expect(written.join()).not.toContain('Swordfish');
    expect(written.join()).toContain('[redacted]');
    expect(written.join()).toContain('password');
  });

  test('has a line for what was refused: for want of a scope, by a rule, by AWS', async () => {
    await change('stages:read', 'updateStage', { ...dev, description: 'x' });
    await change('stages:write', 'updateStage', { ...dev });
    await change('stages:write', 'updateStage', { ...dev, deploymentId: 'nope00' });
    expect(lines()).toMatchObject([
      { outcome: 'FORBIDDEN', subject: 'ada@example.com', calls: [] },
      { outcome: 'INVALID_INPUT', calls: [] },
      {
        outcome: 'DEPLOYMENT_NOT_FOUND',
        calls: [
          { operation: 'UpdateStage', outcome: 'DEPLOYMENT_NOT_FOUND', awsRequestId: expect.any(String) },
        ],
      },
    ]);
  });

  test('has a line of its own for each change of one operation', async () => {
    await revision();
    await as(
      'stages:write',
      `mutation {
        a: updateStage(input: { restApiId: "petstore01", stageName: "dev", description: "a" }) { userErrors { code } }
        b: updateStage(input: { restApiId: "petstore01", stageName: "dev", description: "b" }) { userErrors { code } }
      }`,
    );
    const [first, second] = lines();
    expect(lines()).toHaveLength(2);
    expect([first?.calls, second?.calls]).toMatchObject([
      [{ input: { patchOperations: [{ value: 'a' }] } }],
      [{ input: { patchOperations: [{ value: 'b' }] } }],
    ]);
    expect(second?.revisionBefore).toBe(first?.revisionAfter);
  });

  test('has none for what is only read', async () => {
    await as('stages:read', '{ stages(restApiId: "petstore01") { stageName } }');
    expect(written).toEqual([]);
  });

  test.each(everyMutation.map(({ name }) => name))('knows %s', async (name) => {
    await change('stages:admin', name, mutations[name].input);
    expect(lines()).toMatchObject([{ mutation: name, subject: 'ada@example.com' }]);
  });
});
