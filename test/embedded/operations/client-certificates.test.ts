import { X509Certificate } from 'node:crypto';
import {
  GenerateClientCertificateCommand,
  GetClientCertificateCommand,
  GetClientCertificatesCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { manualClock, refusal, useStageApi } from '../stage-api.ts';

const clock = manualClock();
const stageApi = useStageApi({ now: clock.now });
const all = '/clientcertificates';
const generate = async (input: { description?: string; tags?: Record<string, string> } = {}) =>
  (await stageApi.client().send(new GenerateClientCertificateCommand(input))).clientCertificateId ?? '';

describe('client certificates', () => {
  it('are generated with 201, valid for a year, and read back', async () => {
    const { status, json } = await stageApi.raw('POST', all, { description: 'd', tags: { a: 'b' } });
    expect([status, json]).toEqual([
      201,
      {
        clientCertificateId: expect.stringMatching(/^[a-z0-9]{6}$/),
        description: 'd',
        tags: { a: 'b' },
        pemEncodedCertificate: expect.any(String),
        createdDate: clock.seconds(),
        expirationDate: clock.seconds() + 365 * 86_400,
      },
    ]);
    const { clientCertificateId } = json as { clientCertificateId: string };
    const read = await stageApi.client().send(new GetClientCertificateCommand({ clientCertificateId }));
    expect(read).toMatchObject({ clientCertificateId, description: 'd' });
    expect(new X509Certificate(read.pemEncodedCertificate ?? '').subject).toContain('CN=ApiGateway');
  });

  it('have neither description nor tags unless given', async () => {
    const { json } = await stageApi.raw('POST', all);
    expect(Object.keys(json as object).sort()).toEqual([
      'clientCertificateId',
      'createdDate',
      'expirationDate',
      'pemEncodedCertificate',
    ]);
  });

  it('are listed in pages', async () => {
    const ids = [await generate(), await generate(), await generate()];
    const page = (limit: number, position?: string) =>
      stageApi.client().send(new GetClientCertificatesCommand({ limit, position }));
    const first = await page(2);
    const second = await page(2, first.position);
    expect([...(first.items ?? []), ...(second.items ?? [])].map((item) => item.clientCertificateId)).toEqual(
      ids,
    );
    expect(second.position).toBeUndefined();
  });

  it('change their description and are deleted', async () => {
    const one = `${all}/${await generate()}`;
    const patchOperations = [{ op: 'replace', path: '/description', value: 'changed' }];
    const { status, json } = await stageApi.raw('PATCH', one, { patchOperations });
    expect([status, json]).toEqual([200, expect.objectContaining({ description: 'changed' })]);
    expect((await stageApi.raw('GET', one)).json).toEqual(json);
    const deleted = await stageApi.raw('DELETE', one);
    expect([deleted.status, deleted.text]).toEqual([202, '']);
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await stageApi.raw(method, one, method === 'PATCH' ? {} : undefined)).status).toBe(404);
  });

  it('reject an unknown id', async () => {
    await expect(
      stageApi.client().send(new GetClientCertificateCommand({ clientCertificateId: 'nope' })),
    ).rejects.toMatchObject(
      refusal(404, 'NotFoundException', 'Invalid Client Certificate identifier specified'),
    );
  });

  it('§9 are at most 60', async () => {
    for (let i = 0; i < 60; i++) await generate();
    expect((await stageApi.raw('POST', all)).status).toBe(400);
  });
});

describe('the client certificate of a stage', () => {
  const attach = (value: string) =>
    stageApi.raw('PATCH', '/restapis/petstore01/stages/dev', {
      patchOperations: [{ op: 'replace', path: '/clientCertificateId', value }],
    });

  it('need not exist by default, and may be deleted', async () => {
    expect((await attach('nope')).status).toBe(200);
    const id = await generate();
    expect((await attach(id)).json).toMatchObject({ clientCertificateId: id });
    expect((await stageApi.raw('DELETE', `${all}/${id}`)).status).toBe(202);
  });

  it('must exist in strict mode, and stays while the stage names it', async () => {
    stageApi.api().configure({ strict: true });
    expect((await attach('nope')).status).toBe(400);
    const id = await generate();
    expect((await attach(id)).json).toMatchObject({ clientCertificateId: id });
    expect((await stageApi.raw('DELETE', `${all}/${id}`)).status).toBe(400);
    expect((await attach('')).json).not.toHaveProperty('clientCertificateId');
    expect((await stageApi.raw('DELETE', `${all}/${id}`)).status).toBe(202);
  });
});
