import { describe, expect, test } from '@jest/globals';
import { mutate, stored } from '../support/mutations.ts';
import { useGateway } from '../support/run.ts';

const gateway = useGateway();

const remove = (stageName: string, input: object = {}) =>
  mutate<{ deletedStageId: string | null }>(
    gateway,
    'deleteStage',
    { restApiId: 'petstore01', stageName, ...input },
    'deletedStageId',
  );

describe('deleteStage', () => {
  test('deletes a stage in one call, and returns its id', async () => {
    const query = '{ stage(restApiId: "petstore01", stageName: "dev") { id } }';
    const { data } = await gateway.graphql<{ stage: { id: string } | null }>(query);
    gateway.stageApi.resetCalls();
    const { deletedStageId, warnings, userErrors } = await remove('dev');
    expect({ warnings, userErrors }).toEqual({ warnings: [], userErrors: [] });
    expect(deletedStageId).toBe(data.stage?.id);
    expect(gateway.stageApi.calls()).toEqual({ DeleteStage: 1 });
    expect(await stored(gateway, 'dev')).toBeUndefined();
    expect((await gateway.graphql(query)).data).toEqual({ stage: null });
  });

  test('keeps the deployments and the other stages', async () => {
    await remove('dev');
    const { data } = await gateway.graphql(
      '{ restApi(restApiId: "petstore01") { stages { stageName } deployments { nodes { deploymentId } } } }',
    );
    expect(data).toEqual({
      restApi: {
        stages: [{ stageName: 'prod' }, { stageName: 'staging' }],
        deployments: { nodes: ['dep001', 'dep002', 'dep003'].map((deploymentId) => ({ deploymentId })) },
      },
    });
  });

  test.each([{}, { expectedRevision: 'of-the-one-that-went' }])(
    'succeeds if the stage does not exist, with %j',
    async (input) => {
      const { userErrors, deletedStageId } = await remove('gone', input);
      expect(userErrors).toEqual([]);
      expect(deletedStageId).toEqual(expect.any(String));
    },
  );

  test.each(['dev', 'gone'])('has a dry run for %s that succeeds and deletes nothing', async (stageName) => {
    expect(await remove(stageName, { dryRun: true })).toMatchObject({ deletedStageId: null, userErrors: [] });
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('refuses a dry run if the API does not exist', async () => {
    const { userErrors } = await remove('dev', { restApiId: 'nowhere', dryRun: true });
    expect(userErrors).toEqual([
      expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'restApiId'] }),
    ]);
    expect(gateway.stageApi.calls()).toEqual({ GetStage: 1 });
  });

  test('is refused if the API does not exist, without a deleted id', async () => {
    expect(await remove('dev', { restApiId: 'nowhere' })).toEqual({
      deletedStageId: null,
      warnings: [],
      patchOperations: [],
      userErrors: [expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'restApiId'] })],
    });
  });
});
