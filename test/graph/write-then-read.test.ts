import { describe, expect, test } from '@jest/globals';
import { changeElsewhere } from '../support/another-tool.ts';
import { everyMutation, mutate } from '../support/mutations.ts';
import { type GatewayOptions, run, type Running } from '../support/run.ts';

let gateway: Running;

const start = async (options: GatewayOptions = {}) => {
  gateway = await run({ ttlMs: 60_000, staleMs: 60_000, ...options });
};

const READ = `query ($restApiId: ID!, $stageName: String!) {
  stage(restApiId: $restApiId, stageName: $stageName) { stageName description revision }
}`;
interface Read {
  readonly stage: { stageName: string; description: string | null; revision: string } | null;
}
const read = async (stageName = 'prod', headers = {}) => {
  const answer = await gateway.graphql<Read>(READ, { restApiId: 'petstore01', stageName }, headers);
  return answer.data.stage;
};
const describeProd = (description: string) =>
  mutate(gateway, 'updateStage', { restApiId: 'petstore01', stageName: 'prod', description });

/** The mutations that AWS answers with the whole stage. */
const answeredWithStage = everyMutation.filter(({ patches }) => patches);

describe('a stage that was the answer to a write', () => {
  test.each(answeredWithStage)(
    'is served after $name without a call, with the change',
    async ({ name, input }) => {
      await start();
      await mutate(gateway, name, input);
      gateway.stageApi.resetCalls();
      const seen = [await read(input.stageName), await read(input.stageName)];
      expect(gateway.stageApi.calls()).toEqual({});
      const now = await read(input.stageName, { 'cache-control': 'no-cache' });
      expect(now?.stageName).toBe(input.stageName);
      expect(seen).toEqual([now, now]);
    },
  );

  test('is not the whole list: other stages of the API are read', async () => {
    await start();
    await describeProd('mine');
    gateway.stageApi.resetCalls();
    expect((await read('dev'))?.stageName).toBe('dev');
    const { data } = await gateway.graphql('{ stages(restApiId: "petstore01") { stageName } }');
    expect(data).toEqual({ stages: ['dev', 'prod', 'staging'].map((stageName) => ({ stageName })) });
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('is not served once a newer list is cached', async () => {
    await start();
    await describeProd('mine');
    expect([(await read())?.description, (await read())?.description]).toEqual(['mine', 'mine']);
    await changeElsewhere(gateway.stageApi, 'theirs');
    const { data } = await gateway.graphql('{ stages(restApiId: "petstore01") { description } }');
    expect(JSON.stringify(data)).toContain('theirs');
    expect((await read())?.description).toBe('theirs');
  });

  test('is not served after a change of another stage with an unknown outcome', async () => {
    await start();
    await describeProd('mine');
    await changeElsewhere(gateway.stageApi, 'theirs');
    const fault = { operation: 'UpdateStage', action: 'reset' } as const;
    gateway.stageApi.configure({ faults: [fault] });
    const input = { restApiId: 'petstore01', stageName: 'dev', description: 'lost' };
    const { userErrors } = await mutate(gateway, 'updateStage', input);
    gateway.stageApi.configure({ faults: [] });
    expect(userErrors.map(({ code }) => code)).toEqual(['OUTCOME_UNKNOWN']);
    expect((await read())?.description).toBe('theirs');
  });

  test('is read again after the next write that AWS answers without the stage', async () => {
    await start();
    await describeProd('mine');
    await mutate(gateway, 'tagStage', {
      restApiId: 'petstore01',
      stageName: 'prod',
      tags: [{ key: 'a', value: 'b' }],
    });
    gateway.stageApi.resetCalls();
    await read();
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });

  test('is not cached if caching is off', async () => {
    await start({ ttlMs: 0 });
    await describeProd('mine');
    gateway.stageApi.resetCalls();
    await read();
    expect(gateway.stageApi.calls()).toEqual({ GetStages: 1 });
  });
});
