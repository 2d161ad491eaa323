import { beforeAll, describe, expect, test } from '@jest/globals';
import { apiId, manyApis } from '../support/many-apis.ts';
import { run, type Running } from '../support/run.ts';

const apis = [0, 1, 2, 3].map(apiId);
const stageNames = Array.from({ length: 10 }, (_, index) => `stage${index}`);

/** Four APIs with ten stages each, AWS's quota, on three deployments. */
const stageApi = manyApis(4, stageNames, ['dep001', 'dep002', 'dep003']);

let gateway: Running;
beforeAll(async () => {
  gateway = await run({ stageApi });
});

/** The upstream calls of an operation, by AWS operation. */
const callsOf = async (query: string, variables = {}): Promise<Readonly<Record<string, number>>> => {
  gateway.stageApi.resetCalls();
  const { errors } = await gateway.graphql(query, variables);
  expect(errors).toBeUndefined();
  return gateway.stageApi.calls();
};

const stage = (restApiId: string, stageName: string, fields = 'stageName revision') =>
  `${restApiId}_${stageName}: stage(restApiId: "${restApiId}", stageName: "${stageName}") { ${fields} }`;
const api = 'api0000001';

describe('an operation makes the fewest upstream calls', () => {
  test('one stage: 1', async () => {
    expect(await callsOf(`{ ${stage(api, 'stage0')} }`)).toEqual({ GetStages: 1 });
  });

  test('ten stages of one API, by aliases: 1', async () => {
    const fields = stageNames.map((name) => stage(api, name));
    expect(await callsOf(`{ ${fields.join(' ')} }`)).toEqual({ GetStages: 1 });
  });

  test('twenty stages of four APIs: 4', async () => {
    const fields = apis.flatMap((id) => stageNames.slice(0, 5).map((name) => stage(id, name)));
    expect(fields).toHaveLength(20);
    expect(await callsOf(`{ ${fields.join(' ')} }`)).toEqual({ GetStages: 4 });
  });

  test('the same stage three times: 1', async () => {
    const again = (alias: string) => `${alias}: stage(restApiId: "${api}", stageName: "stage1") { revision }`;
    expect(await callsOf(`{ ${again('a')} ${again('b')} ${again('c')} }`)).toEqual({ GetStages: 1 });
  });

  test('a stage beside the list of all stages: 1', async () => {
    const query = `{ ${stage(api, 'stage1')} stages(restApiId: "${api}") { stageName } }`;
    expect(await callsOf(query)).toEqual({ GetStages: 1 });
  });

  test('stages below their API: as many as for the stages alone', async () => {
    const fields = 'restApiId id stages { stageName } stage(stageName: "stage1") { stageName }';
    expect(await callsOf(`{ restApi(restApiId: "${api}") { ${fields} } }`)).toEqual({ GetStages: 1 });
  });

  test('stages below their API, and a field of the API itself: 1 more', async () => {
    const query = `{ restApi(restApiId: "${api}") { ...named stages { stageName } } } fragment named on RestApi { name }`;
    expect(await callsOf(query)).toEqual({ GetRestApi: 1, GetStages: 1 });
  });

  test('a field of the API that is skipped by @skip: no call', async () => {
    const query = `query ($no: Boolean!) { restApi(restApiId: "${api}") { name @include(if: $no) stages { stageName } } }`;
    expect(await callsOf(query, { no: false })).toEqual({ GetStages: 1 });
  });

  test('the API of ten stages, by its ids: nothing more; by name: 1 more', async () => {
    expect(await callsOf(`{ stages(restApiId: "${api}") { restApi { restApiId } } }`)).toEqual({
      GetStages: 1,
    });
    expect(await callsOf(`{ stages(restApiId: "${api}") { restApi { name } } }`)).toEqual({
      GetStages: 1,
      GetRestApi: 1,
    });
  });

  test('the names of four APIs: one listing', async () => {
    const fields = apis.map((id) => `${id}: restApi(restApiId: "${id}") { name }`);
    expect(await callsOf(`{ ${fields.join(' ')} }`)).toEqual({ GetRestApis: 1 });
  });

  test('the deployments of ten stages: one listing', async () => {
    const query = `{ stages(restApiId: "${api}") { deployment { createdDate } } }`;
    expect(await callsOf(query)).toEqual({ GetStages: 1, GetDeployments: 1 });
  });

  test('a single deployment, however many stages serve it: one call', async () => {
    const query = `{ stages(restApiId: "${api}", deploymentId: "dep001") { deployment { createdDate } } }`;
    expect(await callsOf(query)).toEqual({ GetStages: 1, GetDeployment: 1 });
  });
});

describe('within one operation', () => {
  const set = `
    mutation ($input: SetStageVariablesInput!) {
      setStageVariables(input: $input) {
        stage { variables { name value } restApi { stages { stageName variables { name value } } } }
      }
    }`;

  test('a stage that a mutation changed has the change in all later reads', async () => {
    gateway.stageApi.resetCalls();
    const input = { restApiId: api, stageName: 'stage9', set: [{ name: 'color', value: 'blue' }] };
    const { data } = await gateway.graphql<{
      setStageVariables: { stage: { restApi: { stages: { stageName: string; variables: unknown }[] } } };
    }>(set, { input });

    const read = data.setStageVariables.stage.restApi.stages.find(({ stageName }) => stageName === 'stage9');
    expect(read?.variables).toEqual([{ name: 'color', value: 'blue' }]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1, GetStages: 1 });
  });

  test('a second mutation of a stage returns its own change, although the stage was read before', async () => {
    const change = (alias: string, value: string) => `
      ${alias}: setStageVariables(input: {
        restApiId: "${api}", stageName: "stage8", set: [{ name: "n", value: "${value}" }]
      }) { stage { restApi { stage(stageName: "stage8") { variables { value } } } } }`;
    const { data } = await gateway.graphql(`mutation { ${change('a', '1')} ${change('b', '2')} }`);
    expect(data).toEqual({
      a: { stage: { restApi: { stage: { variables: [{ value: '1' }] } } } },
      b: { stage: { restApi: { stage: { variables: [{ value: '2' }] } } } },
    });
  });
});

describe('if IAM denies GetStages', () => {
  const refuse = (operation: string) =>
    ({ operation, action: 'fail', status: 403, code: 'AccessDeniedException' }) as const;

  test('single stages are read one by one, and a missing stage is null', async () => {
    gateway.stageApi.configure({ faults: [refuse('GetStages')] });
    gateway.stageApi.resetCalls();
    const { data, errors } = await gateway.graphql(
      `{ ${stage(api, 'stage1', 'stageName')} ${stage(api, 'nope', 'stageName')} ${stage(api, 'stage2', 'stageName')} }`,
    );
    gateway.stageApi.configure({ faults: [] });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      [`${api}_stage1`]: { stageName: 'stage1' },
      [`${api}_nope`]: null,
      [`${api}_stage2`]: { stageName: 'stage2' },
    });
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1, GetStage: 3 });
  });

  test('the list of stages is null with UPSTREAM_ACCESS_DENIED', async () => {
    gateway.stageApi.configure({ faults: [refuse('GetStages')] });
    const { data, errors } = await gateway.graphql(`{ stages(restApiId: "${api}") { stageName } }`);
    gateway.stageApi.configure({ faults: [] });
    expect(data).toEqual({ stages: null });
    expect(errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_ACCESS_DENIED', aws: { operation: 'GetStages' } } },
    ]);
  });
});

describe('failures affect only their own fields', () => {
  test('an unreadable API does not affect others', async () => {
    gateway.stageApi.configure({
      faults: [{ operation: 'GetRestApi', action: 'fail', status: 403, code: 'AccessDeniedException' }],
    });
    const { data, errors } = await gateway.graphql(
      `{ restApi(restApiId: "${api}") { name } ${stage(api, 'stage1', 'stageName restApi { name }')} }`,
    );
    gateway.stageApi.configure({ faults: [] });
    expect(data).toEqual({ restApi: null, [`${api}_stage1`]: { stageName: 'stage1', restApi: null } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([
      'UPSTREAM_ACCESS_DENIED',
      'UPSTREAM_ACCESS_DENIED',
    ]);
  });
});
