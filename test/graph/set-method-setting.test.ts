import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Running, run, sentPatches } from '../support/run.ts';

const SET = `
  mutation ($input: SetMethodSettingInput!) {
    setMethodSetting(input: $input) {
      stage { methodSetting(resourcePath: "/pets", httpMethod: GET) { throttlingRateLimit throttlingBurstLimit } }
      patchOperations { op path value from }
      warnings { code message }
      userErrors { code message field retryable awsRequestId }
    }
  }`;

interface Payload {
  setMethodSetting: {
    stage: { methodSetting: Record<string, unknown> | null } | null;
    patchOperations: { op: string; path: string; value: string | null }[];
    warnings: { code: string; message: string }[];
    userErrors: { code: string; message: string; field: string[] | null }[];
  };
}

const prodPets = { restApiId: 'petstore01', stageName: 'prod', resourcePath: '/pets', httpMethod: 'GET' };

let gateway: Running;
beforeEach(async () => {
  gateway = await run();
});
afterEach(() => gateway.close());

const set = async (input: object) => {
  const { data, errors } = await gateway.graphql<Payload>(SET, { input });
  expect(errors).toBeUndefined();
  return data.setMethodSetting;
};

describe('setMethodSetting', () => {
  test('throttles one method in one UpdateStage call, and answers with the new stage', async () => {
    const answer = await set({
      ...prodPets,
      settings: { throttlingRateLimit: 25, throttlingBurstLimit: 10 },
    });

    expect(answer.userErrors).toEqual([]);
    expect(answer.stage?.methodSetting).toEqual({ throttlingRateLimit: 25, throttlingBurstLimit: 10 });
    expect(sentPatches(gateway)).toEqual([
      [
        { op: 'replace', path: '/~1pets/GET/throttling/burstLimit', value: '10' },
        { op: 'replace', path: '/~1pets/GET/throttling/rateLimit', value: '25.0' },
      ],
    ]);
    expect(gateway.stageApi.calls()).toEqual({ UpdateStage: 1 });
  });
});
