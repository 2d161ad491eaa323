import {
  CreateDocumentationVersionCommand,
  GetDocumentationVersionCommand,
  GetDocumentationVersionsCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { manualClock, useStageApi } from '../stage-api.ts';

const clock = manualClock();
const stageApi = useStageApi({ now: clock.now });
const restApiId = 'petstore01';
const versions = '/restapis/petstore01/documentation/versions';

describe('§1 documentation versions', () => {
  it('are created with 201 and read back', async () => {
    const { status, json } = await stageApi.raw('POST', versions, {
      documentationVersion: '2.0',
      description: 'd',
    });
    expect([status, json]).toEqual([201, { version: '2.0', description: 'd', createdDate: clock.seconds() }]);
    const got = await stageApi
      .client()
      .send(new GetDocumentationVersionCommand({ restApiId, documentationVersion: '2.0' }));
    expect(got).toMatchObject({ version: '2.0', description: 'd' });
    const { items } = await stageApi.client().send(new GetDocumentationVersionsCommand({ restApiId }));
    expect(items?.map(({ version }) => version)).toEqual(['1.0', '2.0']);
  });

  it('show on the stage that they are made for', async () => {
    await stageApi
      .client()
      .send(
        new CreateDocumentationVersionCommand({ restApiId, documentationVersion: '2.0', stageName: 'dev' }),
      );
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages/dev');
    expect(json).toMatchObject({ documentationVersion: '2.0', lastUpdatedDate: clock.seconds() });
  });

  it('are rejected if they exist, have no name, or name an unknown stage', async () => {
    const create = async (body: unknown) => {
      const { status, headers } = await stageApi.raw('POST', versions, body);
      return [status, headers.get('x-amzn-errortype')];
    };
    expect(await create({ documentationVersion: '1.0' })).toEqual([409, 'ConflictException']);
    expect(await create({ documentationVersion: '' })).toEqual([400, 'BadRequestException']);
    expect(await create({})).toEqual([400, 'ValidationException']);
    expect(await create({ documentationVersion: '3', stageName: 'nope' })).toEqual([
      404,
      'NotFoundException',
    ]);
    const { status } = await stageApi.raw('GET', `${versions}/3`);
    expect(status).toBe(404);
  });

  it('change their description (documentation-versions)', async () => {
    const patch = (...patchOperations: object[]) =>
      stageApi.raw('PATCH', `${versions}/1.0`, { patchOperations });
    const changed = await patch({ op: 'replace', path: '/description', value: 'changed' });
    expect([changed.status, changed.json]).toEqual([
      200,
      { version: '1.0', description: 'changed', createdDate: expect.any(Number) },
    ]);
    expect((await stageApi.raw('GET', `${versions}/1.0`)).json).toEqual(changed.json);
    const cleared = await patch({ op: 'replace', path: '/description', value: '' });
    expect(cleared.json).not.toHaveProperty('description');
    const refused = await patch({ op: 'replace', path: '/version', value: '2' });
    expect([refused.status, refused.json]).toEqual([
      400,
      {
        message: "Invalid patch path  '/version' specified for op 'replace'. Must be one of: [/description]",
      },
    ]);
    expect((await stageApi.raw('PATCH', `${versions}/nope`, {})).status).toBe(404);
  });

  it('are deleted, unless a stage refers to them', async () => {
    await stageApi.raw('POST', versions, { documentationVersion: '2.0', stageName: 'dev' });
    const used = await stageApi.raw('DELETE', `${versions}/2.0`);
    expect([used.status, used.headers.get('x-amzn-errortype')]).toEqual([400, 'BadRequestException']);
    await stageApi.raw('DELETE', '/restapis/petstore01/stages/dev');
    const deleted = await stageApi.raw('DELETE', `${versions}/2.0`);
    expect([deleted.status, deleted.text]).toEqual([202, '']);
    expect((await stageApi.raw('DELETE', `${versions}/2.0`)).status).toBe(404);
  });
});
