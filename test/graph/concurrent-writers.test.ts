import { beforeAll, expect, test } from '@jest/globals';
import { lookAtDeployments } from '../support/first-looks.ts';
import { mutate, revisionOf, stored } from '../support/mutations.ts';
import { startGateway, useGateway } from '../support/run.ts';

const dev = { restApiId: 'petstore01', stageName: 'dev' };
/** Long enough for calls to overlap. */
const latencyMs = 40;

const gateway = useGateway();
beforeAll(() => lookAtDeployments(gateway));

const describeAs = (description: string, input: object = {}) =>
  mutate(gateway, 'updateStage', { ...dev, description, ...input });

const setVariable = (name: string, input: object = {}) =>
  mutate(gateway, 'setStageVariables', { ...dev, set: [{ name, value: 'x' }], ...input });

/** The largest number of requests that the Stage API processed at the same time. */
async function mostAtOnce(work: Promise<unknown>): Promise<number> {
  let most = 0;
  let done = false;
  const watch = async () => {
    while (!done) {
      const open = gateway.stageApi.requests().filter(({ status }) => status === 0).length;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all([
    work.finally(() => {
      done = true;
    }),
    watch(),
  ]);
  return most;
}

test('exactly one of two writers with the same expected revision succeeds', async () => {
  const expectedRevision = await revisionOf(gateway, 'dev');
  gateway.stageApi.configure({ latencyMs });
  gateway.stageApi.resetCalls();
  const answers = await Promise.all([
    describeAs('first', { expectedRevision }),
    describeAs('second', { expectedRevision }),
  ]);
  const codes = answers.map(({ userErrors }) => userErrors.map(({ code }) => code));
  expect(codes.toSorted((a, b) => a.length - b.length)).toEqual([[], ['PRECONDITION_FAILED']]);
  expect(gateway.stageApi.calls()).toEqual({ GetStage: 2, UpdateStage: 1 });
  const winner = codes[0]?.length === 0 ? 'first' : 'second';
  expect(await stored(gateway, 'dev')).toMatchObject({ description: winner });
});

test('many writers each succeed or fail, and no successful change is lost', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `v${index}`);
  const expectedRevision = await revisionOf(gateway, 'dev');
  const answers = await Promise.all(names.map((name) => setVariable(name, { expectedRevision })));
  const made = names.filter((_, index) => answers[index]?.userErrors.length === 0);
  expect(made).toHaveLength(1);
  const { variables } = (await stored(gateway, 'dev')) as { variables: Record<string, string> };
  expect(names.filter((name) => name in variables)).toEqual(made);
});

test('writes to one API run one after the other, including their reads', async () => {
  gateway.stageApi.configure({ latencyMs });
  const prod = { restApiId: 'petstore01', stageName: 'prod' };
  const settings = { throttlingRateLimit: null };
  const writes = Promise.all([
    setVariable('a'),
    mutate(gateway, 'setCanarySettings', { ...prod, percentTraffic: 1 }),
    mutate(gateway, 'setMethodSetting', { ...prod, resourcePath: '/pets', httpMethod: 'GET', settings }),
    setVariable('b'),
  ]);
  expect(await mostAtOnce(writes)).toBe(1);
  expect((await writes).flatMap(({ userErrors }) => userErrors)).toEqual([]);
  const order = gateway.stageApi.requests().map(({ operation }) => operation);
  expect(order.filter((name) => name === 'UpdateStage')).toHaveLength(4);
  // Each read is followed directly by the write that depends on it.
  expect(order.join(' ')).toMatch(/^(?:GetStage UpdateStage ?|UpdateStage ?)+$/);
});

test('writes to different APIs do not wait for each other', async () => {
  gateway.stageApi.configure({ latencyMs });
  const live = { restApiId: 'orders0002', stageName: 'live', description: 'x' };
  const writes = Promise.all([describeAs('x'), mutate(gateway, 'updateStage', live)]);
  expect(await mostAtOnce(writes)).toBe(2);
});

test('readers do not wait for writers', async () => {
  gateway.stageApi.configure({ faults: [{ operation: 'UpdateStage', action: 'hang', times: 1 }] });
  const order: string[] = [];
  const writing = describeAs('slow').then(() => order.push('write'));
  const query = '{ stage(restApiId: "petstore01", stageName: "dev") { stageName } }';
  const { data } = await gateway.graphql(query);
  order.push('read');
  expect(data).toEqual({ stage: { stageName: 'dev' } });
  await writing;
  expect(order).toEqual(['read', 'write']);
});

test('a failed writer does not block the next one', async () => {
  const fault = { operation: 'UpdateStage', action: 'fail', status: 400, times: 1 } as const;
  gateway.stageApi.configure({ faults: [fault] });
  const answers = await Promise.all([describeAs('first'), describeAs('second')]);
  expect(answers.map(({ userErrors }) => userErrors.map(({ code }) => code))).toEqual([['REJECTED'], []]);
  expect(await stored(gateway, 'dev')).toMatchObject({ description: 'second' });
});

test('mutations of one operation run in order, and later ones see the changes of earlier ones', async () => {
  const { data, errors } = await gateway.graphql<Record<string, { userErrors: object[]; stage: object }>>(`
    mutation {
      start: setCanarySettings(input: { restApiId: "petstore01", stageName: "dev", deploymentId: "dep001" }) {
        userErrors { message } stage { canarySettings { deploymentId } }
      }
      promote: promoteCanary(input: { restApiId: "petstore01", stageName: "dev", removeCanary: true }) {
        userErrors { message } stage { deploymentId canarySettings { deploymentId } }
      }
      flush: flushStageCache(input: { restApiId: "petstore01", stageName: "dev" }) {
        userErrors { message } stage { deploymentId canarySettings { deploymentId } }
      }
    }`);
  expect(errors).toBeUndefined();
  const promoted = { deploymentId: 'dep001', canarySettings: null };
  expect(data).toEqual({
    start: { userErrors: [], stage: { canarySettings: { deploymentId: 'dep001' } } },
    promote: { userErrors: [], stage: promoted },
    flush: { userErrors: [], stage: promoted },
  });
});

test('a change by another gateway is detected by the revision', async () => {
  const other = await startGateway(gateway.stageApi.url);
  const expectedRevision = await revisionOf(gateway, 'dev');
  await mutate(other, 'updateStage', { ...dev, description: 'theirs' });
  const { userErrors } = await describeAs('ours', { expectedRevision });
  await other.close();
  expect(userErrors.map(({ code }) => code)).toEqual(['PRECONDITION_FAILED']);
  expect(await stored(gateway, 'dev')).toMatchObject({ description: 'theirs' });
});
