import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { noGatewayObserver } from '../../../src/observability/observer.ts';
import { bearer, type Issuer, startIssuer } from '../../support/issuer.ts';
import { documentOf, everyMutation, type MutationName, mutations, stored } from '../../support/mutations.ts';
import { type GatewayOptions, type Running, run } from '../../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };

describe('the audit log', () => {
  let issuer: Issuer;
  let gateway: Running;
  let written: string[] = [];
  beforeAll(async () => {
    issuer = await startIssuer();
    gateway = await run({ auth: issuer.options, audit: (line) => written.push(line), ttlMs: 60_000 });
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

  test('has a line for each change, with caller, mutation, outcome, calls and revisions', async () => {
    const before = await revision();
    await change('stages:write', 'updateStage', { ...dev, description: 'Changed' });
    expect(lines()).toEqual([
      {
        level: 30,
        log: 'audit',
        account: '000000000000',
        region: 'us-east-1',
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

  test('shows what a dry run would send, and that it sent nothing', async () => {
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

  test.each(everyMutation)('shows that a dry run of $name sent nothing', async ({ name, input }) => {
    await change('stages:admin', name, { ...input, dryRun: true });
    expect(lines()).toMatchObject([
      { mutation: name, dryRun: true, outcome: 'DRY_RUN', calls: [], revisionAfter: null },
    ]);
  });

  test('contains no value of a variable, wherever it was sent', async () => {
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

  test('has a line for each refused change: by its scope, by a rule, by AWS', async () => {
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

  test('has a line for each change of one operation', async () => {
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

  test('has no line for a query', async () => {
    await as('stages:read', '{ stages(restApiId: "petstore01") { stageName } }');
    expect(written).toEqual([]);
  });

  test.each(everyMutation.map(({ name }) => name))('has a line for %s', async (name) => {
    await change('stages:admin', name, mutations[name].input);
    expect(lines()).toMatchObject([{ mutation: name, subject: 'ada@example.com' }]);
  });
});

describe('an audit log that cannot be written', () => {
  const CHANGE = documentOf('updateStage');
  let gateway: Running | undefined;
  let isFull = false;
  let written: string[] = [];
  let onStandardError: string[] = [];
  beforeEach(() => {
    isFull = false;
    written = [];
    onStandardError = [];
  });
  afterEach(() => gateway?.close());

  async function start(options: GatewayOptions = {}) {
    const audit = (line: string) => {
      if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      written.push(line);
    };
    const running = await run({ audit, standardError: (line) => onStandardError.push(line), ...options });
    gateway = running;
    const change = async (description: string) => {
      const { data, errors } = await running.graphql<Record<string, { userErrors: unknown[] } | null>>(
        CHANGE,
        {
          input: { ...dev, description },
        },
      );
      return {
        userErrors: data.updateStage?.userErrors,
        codes: errors?.map(({ extensions }) => extensions.code),
      };
    };
    const ready = async () => (await fetch(new URL('/readyz', running.url))).json();
    return { running, change, ready };
  }
  const parsed = (lines: readonly string[]) =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  const done = { userErrors: [], codes: undefined };
  const refused = { userErrors: undefined, codes: ['AUDIT_UNAVAILABLE'] };

  test('writes the line of a change that was made to standard error at once, without failing the change', async () => {
    const { running, change } = await start();
    isFull = true;
    expect(await change('made')).toEqual(done);
    expect(await stored(running, 'dev')).toMatchObject({ description: 'made' });
    expect(written).toEqual([]);
    expect(parsed(onStandardError)).toMatchObject([
      { log: 'audit', level: 50, err: { message: expect.stringContaining('ENOSPC') as unknown } },
      {
        log: 'audit',
        level: 30,
        mutation: 'updateStage',
        outcome: 'OK',
        calls: [{ operation: 'UpdateStage' }],
      },
    ]);
  });

  test('makes the gateway refuse later changes before they are sent, answer queries, and name it in /readyz', async () => {
    const { running, change, ready } = await start();
    isFull = true;
    await change('made');
    running.stageApi.resetCalls();
    expect(await change('not made')).toEqual(refused);
    expect(await change('nor this')).toEqual(refused);
    expect(running.stageApi.calls()).toEqual({});
    expect(parsed(onStandardError).slice(2)).toMatchObject([
      { outcome: 'AUDIT_UNAVAILABLE', calls: [] },
      { outcome: 'AUDIT_UNAVAILABLE', calls: [] },
    ]);
    const { data } = await running.graphql(
      '{ stage(restApiId: "petstore01", stageName: "dev") { description } }',
    );
    expect(data).toEqual({ stage: { description: 'made' } });
    expect(await ready()).toEqual({ status: 'not ready', problems: ['audit'] });
  });

  test('accepts changes again once it can be written, and gives the number of missing lines', async () => {
    const { change } = await start();
    isFull = true;
    await change('made');
    await change('not made');
    isFull = false;
    expect(await change('made again')).toEqual(done);
    expect(parsed(written)).toMatchObject([
      { log: 'audit', msg: 'resumed', missing: 2, since: expect.stringMatching(/Z$/) as unknown },
      { mutation: 'updateStage', outcome: 'OK' },
    ]);
    expect(onStandardError).toHaveLength(3);
  });

  test('becomes ready again without a change', async () => {
    const { change, ready } = await start();
    isFull = true;
    await change('made');
    isFull = false;
    expect(await ready()).toEqual({ status: 'ready' });
    expect(parsed(written)).toMatchObject([{ msg: 'resumed', missing: 1 }]);
  });

  test('is counted by its error code', async () => {
    const outcomes: string[] = [];
    const { change } = await start({
      observer: { ...noGatewayObserver, changed: ({ outcome }) => outcomes.push(outcome) },
    });
    isFull = true;
    await change('made');
    await change('not made');
    expect(outcomes).toEqual(['OK', 'AUDIT_UNAVAILABLE']);
  });
});
