import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourcesCommand,
  type PatchOperation,
  UpdateResourceCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { badRequest, refusal, replace, useStageApi } from '../../stage-api.ts';

const stageApi = useStageApi();
const restApiId = 'petstore01';
const root = 'petsroot01';
const unknown = refusal(404, 'NotFoundException', 'Invalid Resource identifier specified');
const taken = (name: string) =>
  refusal(409, 'ConflictException', `Another resource with the same parent already has this name: ${name}`);

const create = (pathPart: string, parentId = root) =>
  stageApi.client().send(new CreateResourceCommand({ restApiId, parentId, pathPart }));
const update = (resourceId: string, ...patchOperations: PatchOperation[]) =>
  stageApi.client().send(new UpdateResourceCommand({ restApiId, resourceId, patchOperations }));
const list = async (embed?: string[]) =>
  (await stageApi.client().send(new GetResourcesCommand({ restApiId, embed }))).items ?? [];
const paths = async () => (await list()).map(({ path }) => path);

describe('the resources of an API', () => {
  it('are listed with the names of their methods', async () => {
    expect(await list()).toEqual([
      { id: root, path: '/', resourceMethods: { GET: {} } },
      {
        id: 'petslist01',
        parentId: root,
        path: '/pets',
        pathPart: 'pets',
        resourceMethods: { GET: {}, POST: {} },
      },
      {
        id: 'petsitem01',
        parentId: 'petslist01',
        path: '/pets/{petId}',
        pathPart: '{petId}',
        resourceMethods: { GET: {}, DELETE: {} },
      },
      {
        id: 'petsorder1',
        parentId: root,
        path: '/orders',
        pathPart: 'orders',
        resourceMethods: { POST: {} },
      },
    ]);
  });

  it('have whole methods with embed=methods', async () => {
    const [, pets] = await list(['other', 'methods']);
    const one = await stageApi
      .client()
      .send(new GetResourceCommand({ restApiId, resourceId: 'petslist01', embed: ['methods'] }));
    expect(pets?.resourceMethods?.POST).toMatchObject({
      httpMethod: 'POST',
      authorizationType: 'AWS_IAM',
      methodIntegration: { type: 'HTTP_PROXY', cacheNamespace: 'petslist01', timeoutInMillis: 29_000 },
      methodResponses: { 200: { statusCode: '200' } },
    });
    expect(one.resourceMethods).toEqual(pets?.resourceMethods);
  });

  it('are listed in pages', async () => {
    const first = await stageApi.client().send(new GetResourcesCommand({ restApiId, limit: 3 }));
    const { position } = first;
    const second = await stageApi.client().send(new GetResourcesCommand({ restApiId, limit: 3, position }));
    expect([first.items?.length, second.items?.length, second.position]).toEqual([3, 1, undefined]);
  });

  it('of an unknown API are refused with the name of the API', async () => {
    const { status, json } = await stageApi.raw('GET', '/restapis/nope/resources');
    expect([status, json]).toEqual([404, { message: 'Invalid API identifier specified 123456789012:nope' }]);
  });
});

describe('CreateResource', () => {
  it.each(['a', 'a.b-c_d', 'events:batch', '$metadata', 'a,b', '{id}', '{proxy+}'])(
    'accepts the path part %j',
    async (pathPart) => {
      const { id, path } = await create(pathPart, 'petsorder1');
      expect([id, path]).toEqual([expect.stringMatching(/^[a-z0-9]{6}$/), `/orders/${pathPart}`]);
    },
  );

  it.each(['a b', 'a/b', '/', '{id', 'id}', '{}', 'a{id}', '{id+', 'é', 'a?', '{a}+'])(
    'refuses the path part %j',
    async (pathPart) => {
      await expect(create(pathPart)).rejects.toMatchObject(
        badRequest(
          "Resource's path part only allow a-zA-Z0-9._-: and curly braces at the beginning and the end and an optional plus sign before the closing brace.",
        ),
      );
    },
  );

  it('refuses an empty or missing path part', async () => {
    await expect(create('')).rejects.toMatchObject(badRequest("Resource's path part must be specified"));
    const { status, json } = await stageApi.raw('POST', `/restapis/${restApiId}/resources/${root}`, {});
    expect([status, json]).toEqual([
      400,
      {
        message:
          "1 validation error detected: Value null at 'createResourceInput.pathPart' failed to satisfy constraint: Member must not be null",
      },
    ]);
  });

  it('refuses a taken name, a second variable, and a parent that does not exist', async () => {
    await expect(create('pets')).rejects.toMatchObject(taken('pets'));
    await expect(create('{petId}', 'petslist01')).rejects.toMatchObject(taken('{petId}'));
    await expect(create('{other}', 'petslist01')).rejects.toMatchObject(
      badRequest(
        'A sibling ({petId}) of this resource already has a variable path part -- only one is allowed',
      ),
    );
    await expect(create('x', 'nope')).rejects.toMatchObject(unknown);
    expect(await paths()).toEqual(['/', '/pets', '/pets/{petId}', '/orders']);
  });
});

describe('UpdateResource', () => {
  it('changes the paths of the resources below', async () => {
    await update('petslist01', replace('/pathPart', 'animals'), replace('/parentId', 'petsorder1'));
    expect(await paths()).toEqual(['/', '/orders/animals', '/orders/animals/{petId}', '/orders']);
  });

  it('accepts the place and the name that the resource has', async () => {
    await update('petsitem01', replace('/pathPart', '{petId}'), replace('/parentId', 'petslist01'));
    await update('petsitem01', replace('/pathPart', '{id}'));
    expect(await paths()).toContain('/pets/{id}');
  });

  it('changes nothing if one operation is invalid', async () => {
    const changes = update('petsorder1', replace('/pathPart', 'new'), replace('/pathPart', 'pets'));
    await expect(changes).rejects.toMatchObject(taken('pets'));
    expect(await paths()).toContain('/orders');
  });

  it('refuses a resource below itself, at any depth', async () => {
    const cyclical = badRequest('Resources cannot be cyclical.');
    for (const parent of ['petslist01', 'petsitem01'])
      await expect(update('petslist01', replace('/parentId', parent))).rejects.toMatchObject(cyclical);
  });

  it('refuses a parent with a greedy variable, and an invalid path part', async () => {
    const { id = '' } = await create('{proxy+}', 'petsorder1');
    await expect(update('petslist01', replace('/parentId', id))).rejects.toMatchObject(
      badRequest('Cannot create a child of a resource with a greedy path variable: {proxy+}'),
    );
    await expect(update('petslist01', replace('/pathPart', 'a b'))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
    await expect(update('petslist01', { op: 'replace', path: '/pathPart' })).rejects.toMatchObject(
      badRequest("Resource's path part must be specified"),
    );
  });
});

describe('DeleteResource', () => {
  it('deletes the resources below, too', async () => {
    await stageApi.client().send(new DeleteResourceCommand({ restApiId, resourceId: 'petslist01' }));
    expect(await paths()).toEqual(['/', '/orders']);
    await expect(
      stageApi.client().send(new GetResourceCommand({ restApiId, resourceId: 'petsitem01' })),
    ).rejects.toMatchObject(unknown);
  });

  it('refuses the root resource and an unknown one', async () => {
    const remove = (resourceId: string) =>
      stageApi.client().send(new DeleteResourceCommand({ restApiId, resourceId }));
    await expect(remove(root)).rejects.toMatchObject(badRequest('Root resource cannot be deleted.'));
    await expect(remove('nope')).rejects.toMatchObject(unknown);
    expect(await paths()).toHaveLength(4);
  });
});
