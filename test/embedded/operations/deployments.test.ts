import {
  CreateDeploymentCommand,
  CreateStageCommand,
  DeleteDeploymentCommand,
  DeleteStageCommand,
  GetDeploymentCommand,
  GetStageCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { badRequest, manualClock, refusal, remove, replace, useStageApi } from '../stage-api.ts';

const clock = manualClock();
const stageApi = useStageApi({ now: clock.now });
const restApiId = 'petstore01';

describe('§1 Neighbouring resources: Deployment', () => {
  it('answers a creation with id and createdDate, and with a description only when one is given', async () => {
    const { status, json } = await stageApi.raw('POST', '/restapis/petstore01/deployments', {});
    expect(status).toBe(201);
    expect(json).toEqual({ id: expect.stringMatching(/^[a-z0-9]{6}$/), createdDate: clock.seconds() });
    const described = await stageApi.raw('POST', '/restapis/petstore01/deployments', { description: 'd' });
    expect(described.json).toMatchObject({ description: 'd' });
  });

  it('is refused for an API without methods, and for a method without an integration', async () => {
    const { json } = await stageApi.raw('POST', '/restapis', { name: 'empty' });
    const { id, rootResourceId } = json as { id: string; rootResourceId: string };
    const deploy = () =>
      stageApi.client().send(new CreateDeploymentCommand({ restApiId: id, stageName: 'dev' }));
    await expect(deploy()).rejects.toMatchObject(badRequest("The REST API doesn't contain any methods"));
    const method = `/restapis/${id}/resources/${rootResourceId}/methods/GET`;
    await stageApi.raw('PUT', method, { authorizationType: 'NONE' });
    await expect(deploy()).rejects.toMatchObject(badRequest('No integration defined for method'));
    expect((await stageApi.raw('GET', `/restapis/${id}/stages`)).json).toEqual({ item: [] });
    await stageApi.raw('PUT', `${method}/integration`, { type: 'MOCK' });
    await expect(deploy()).resolves.toMatchObject({ id: expect.any(String) });
  });

  it('is accepted for every API in the mode lenient', async () => {
    const { json } = await stageApi.raw('POST', '/restapis', { name: 'empty' });
    const { id } = json as { id: string };
    stageApi.api().configure({ lenient: true });
    const { status } = await stageApi.raw('POST', `/restapis/${id}/deployments`, {});
    expect(status).toBe(201);
  });

  it('shows the methods as they were deployed', async () => {
    const summary = async (deploymentId?: string) => {
      const embed = ['apisummary'];
      const read = new GetDeploymentCommand({ restApiId: 'search0004', deploymentId, embed });
      return (await stageApi.client().send(read)).apiSummary;
    };
    const search = '/restapis/search0004/resources/seaquery04';
    const { id } = await stageApi.client().send(new CreateDeploymentCommand({ restApiId: 'search0004' }));
    const patchOperations = [replace('/apiKeyRequired', 'true')];
    await stageApi.raw('PATCH', `${search}/methods/GET`, { patchOperations });
    await stageApi.raw('PATCH', search, { patchOperations: [replace('/pathPart', 'find')] });
    const { id: next } = await stageApi
      .client()
      .send(new CreateDeploymentCommand({ restApiId: 'search0004' }));
    await stageApi.raw('DELETE', search);
    const method = { authorizationType: 'NONE', apiKeyRequired: false };
    expect(await summary(id)).toEqual({ '/search': { GET: method } });
    expect(await summary(next)).toEqual({ '/find': { GET: { ...method, apiKeyRequired: true } } });
    const patched = await stageApi.raw('PATCH', `/restapis/search0004/deployments/${id}`, {
      patchOperations: [replace('/description', 'old')],
    });
    expect(patched.json).not.toHaveProperty('apiSummary');
    expect(await summary(id)).toEqual({ '/search': { GET: method } });
  });

  it('has an apiSummary only on request', async () => {
    const { client } = stageApi;
    const plain = await client().send(new GetDeploymentCommand({ restApiId, deploymentId: 'dep001' }));
    expect(plain.apiSummary).toBeUndefined();
    const embedded = await client().send(
      new GetDeploymentCommand({ restApiId, deploymentId: 'dep001', embed: ['other', 'apisummary'] }),
    );
    expect(embedded.apiSummary).toMatchObject({
      '/pets/{petId}': { GET: { authorizationType: 'NONE', apiKeyRequired: false } },
    });
  });

  it('creates the stage that it is made for', async () => {
    const { client } = stageApi;
    const { id } = await client().send(
      new CreateDeploymentCommand({
        restApiId,
        stageName: 'fresh',
        description: 'of the deployment',
        stageDescription: 'of the stage',
        variables: { a: 'b' },
        tracingEnabled: true,
      }),
    );
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages/fresh');
    expect(json).toEqual({
      deploymentId: id,
      stageName: 'fresh',
      description: 'of the stage',
      cacheClusterEnabled: false,
      cacheClusterStatus: 'NOT_AVAILABLE',
      methodSettings: {},
      variables: { a: 'b' },
      tracingEnabled: true,
      createdDate: clock.seconds(),
      lastUpdatedDate: clock.seconds(),
    });
    await expect(
      client().send(new CreateStageCommand({ restApiId, stageName: 'fresh', deploymentId: id })),
    ).rejects.toMatchObject(refusal(409, 'ConflictException', 'Stage already exists'));
  });

  it('points an existing stage at itself', async () => {
    clock.advance(60);
    const { id } = await stageApi
      .client()
      .send(new CreateDeploymentCommand({ restApiId, stageName: 'dev', description: 'not for the stage' }));
    const stage = await stageApi.client().send(new GetStageCommand({ restApiId, stageName: 'dev' }));
    expect(stage).toMatchObject({
      deploymentId: id,
      description: 'Newest code',
      variables: { backend: 'dev.petstore.example.com', table: 'pets-dev' },
      lastUpdatedDate: new Date(clock.now()),
    });
  });

  it('creates no deployment if the stage is rejected', async () => {
    await expect(
      stageApi.client().send(new CreateDeploymentCommand({ restApiId, stageName: 'bad stage' })),
    ).rejects.toMatchObject(badRequest('Stage name only allows a-zA-Z0-9_'));
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/deployments');
    expect(json).toMatchObject({ item: { length: 3 } });
  });

  it('cannot be deleted while a stage points at it, and can once the stage has moved', async () => {
    const { client } = stageApi;
    const inUse = badRequest('Active stages pointing to this deployment must be moved or deleted');
    const deletion = new DeleteDeploymentCommand({ restApiId, deploymentId: 'dep003' });
    await expect(client().send(deletion)).rejects.toMatchObject(inUse);
    await stageApi.patch(restApiId, 'dev', replace('/deploymentId', 'dep002'));
    const { $metadata } = await client().send(deletion);
    expect($metadata.httpStatusCode).toBe(202);
  });

  it('cannot be deleted while only a canary uses it', async () => {
    const { client } = stageApi;
    await client().send(new DeleteStageCommand({ restApiId, stageName: 'staging' }));
    const deletion = new DeleteDeploymentCommand({ restApiId, deploymentId: 'dep002' });
    await expect(client().send(deletion)).rejects.toMatchObject(
      badRequest('Active stages pointing to this deployment must be moved or deleted'),
    );
    await stageApi.patch(restApiId, 'prod', remove('/canarySettings'));
    await expect(client().send(deletion)).resolves.toBeDefined();
  });

  it('outlives its stage', async () => {
    await stageApi.client().send(new DeleteStageCommand({ restApiId, stageName: 'dev' }));
    const { id } = await stageApi
      .client()
      .send(new GetDeploymentCommand({ restApiId, deploymentId: 'dep003' }));
    expect(id).toBe('dep003');
  });

  it.each(['GET', 'DELETE'])('answers %s of an unknown one with 404', async (method) => {
    const { status, json } = await stageApi.raw(method, '/restapis/petstore01/deployments/nope');
    expect([status, json]).toEqual([404, { message: 'Invalid Deployment identifier specified' }]);
  });
});

describe('UpdateDeployment', () => {
  const deployment = '/restapis/petstore01/deployments/dep001';
  const patch = (path: string, op: string, value?: string) =>
    stageApi.raw('PATCH', deployment, { patchOperations: [{ op, path, value }] });

  it('changes the description (deployment-update)', async () => {
    const { status, json } = await patch('/description', 'replace', 'second');
    expect([status, json]).toEqual([
      200,
      { id: 'dep001', description: 'second', createdDate: expect.any(Number) },
    ]);
    expect((await stageApi.raw('GET', deployment)).json).toEqual(json);
  });

  it('rejects other paths and operations, and unknown deployments', async () => {
    expect((await patch('/description', 'remove')).json).toEqual({
      message:
        "Invalid patch path  '/description' specified for op 'remove'. Please choose supported operations",
    });
    expect((await patch('/id', 'replace', 'x')).json).toEqual({
      message: "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description]",
    });
    expect((await stageApi.raw('PATCH', '/restapis/petstore01/deployments/nope', {})).status).toBe(404);
  });
});
