import { GetTagsCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, it } from '@jest/globals';
import { authorization, refusal, useStageApi } from '../stage-api.ts';

const stageApi = useStageApi();
const arn = (path: string) => `arn:aws:apigateway:us-east-1::/restapis/${path}`;
const prod = arn('petstore01/stages/prod');
const tag = (resourceArn: string, tags: Record<string, string>) =>
  stageApi.client().send(new TagResourceCommand({ resourceArn, tags }));
const untag = (resourceArn: string, ...tagKeys: string[]) =>
  stageApi.client().send(new UntagResourceCommand({ resourceArn, tagKeys }));
const tagsOf = async (resourceArn: string) =>
  (await stageApi.client().send(new GetTagsCommand({ resourceArn }))).tags;

describe('§1 tags', () => {
  it('are added to those of the stage, and removed by key', async () => {
    await tag(prod, { env: 'live', owner: 'me' });
    expect(await tagsOf(prod)).toEqual({ team: 'pets', env: 'live', owner: 'me' });
    await untag(prod, 'env', 'owner', 'never-there');
    expect(await tagsOf(prod)).toEqual({ team: 'pets' });
    const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages/prod');
    expect(json).toMatchObject({ tags: { team: 'pets' } });
  });

  it('of a stage without any are an empty map in GetTags and absent from the stage', async () => {
    await untag(prod, 'team', 'env');
    const { json } = await stageApi.raw('GET', `/tags/${encodeURIComponent(prod)}`);
    expect(json).toEqual({ tags: {} });
    const stage = await stageApi.raw('GET', '/restapis/petstore01/stages/prod');
    expect(stage.json).not.toHaveProperty('tags');
  });

  it('are kept by REST APIs too', async () => {
    await tag(arn('search0004'), { a: 'b' });
    expect(await tagsOf(arn('search0004'))).toEqual({ a: 'b' });
  });

  it('are the same for every Region in an ARN and in a signature', async () => {
    await tag(prod.replace('us-east-1', 'eu-west-1'), { a: 'b' });
    await untag(prod, 'env');
    const tags = { team: 'pets', a: 'b' };
    expect(await tagsOf(prod)).toEqual(tags);
    expect(await tagsOf(prod.replace('aws:apigateway:us-east-1', 'aws-cn:apigateway:cn-north-1'))).toEqual(
      tags,
    );
    for (const region of ['us-east-1', 'ap-southeast-2', 'us-gov-west-1']) {
      const { json } = await stageApi.raw('GET', '/restapis/petstore01/stages/prod', undefined, {
        authorization: authorization.replace('us-east-1', region),
      });
      expect(json).toMatchObject({ tags });
    }
  });

  it('are kept by client certificates too', async () => {
    const { json } = await stageApi.raw('POST', '/clientcertificates', { tags: { team: 'pets' } });
    const { clientCertificateId } = json as { clientCertificateId: string };
    const certificate = `arn:aws:apigateway:us-east-1::/clientcertificates/${clientCertificateId}`;
    await tag(certificate, { a: 'b' });
    await untag(certificate, 'team');
    expect(await tagsOf(certificate)).toEqual({ a: 'b' });
    const read = await stageApi.raw('GET', `/clientcertificates/${clientCertificateId}`);
    expect(read.json).toMatchObject({ tags: { a: 'b' } });
    await expect(tagsOf(`${certificate}x`)).rejects.toMatchObject(
      refusal(404, 'NotFoundException', 'Invalid Client Certificate identifier specified'),
    );
  });

  it('§3 of the system appear on read', async () => {
    expect(await tagsOf(arn('billing003/stages/prod'))).toEqual({
      'aws:cloudformation:stack-name': 'billing',
    });
  });

  it.each([
    { 'aws:mine': 'x' },
    { '': 'x' },
    { ['k'.repeat(129)]: 'x' },
    { 'a;b': 'x' },
    { 'R&D': 'x' },
    { a: 'v'.repeat(257) },
    { a: 'x"y' },
    { 'a\u0000': 'x' },
    Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v'])),
  ])('§3 are rejected if key, value or number is out of range', async (tags) => {
    await expect(tag(prod, tags)).rejects.toMatchObject({ name: 'BadRequestException' });
    expect(await tagsOf(prod)).toEqual({ team: 'pets', env: 'prod' });
  });

  it('§3 accept letters and digits of any script, white space, and _ . : / = + - @', async () => {
    const tags = { 'Cost Center': 'a@b.example', Grüße: 'mit freundlichem Gruß', 'मूल्य/_.:=+-@': '料金 ٣' };
    await tag(prod, tags);
    expect(await tagsOf(prod)).toEqual({ team: 'pets', env: 'prod', ...tags });
    await untag(prod, ...Object.keys(tags), 'never;there');
    expect(await tagsOf(prod)).toEqual({ team: 'pets', env: 'prod' });
  });

  it('§3 may be 50, of 128 and 256 characters', async () => {
    const tags = Object.fromEntries(
      Array.from({ length: 48 }, (_, i) => [`${i}`.padEnd(128, 'k'), 'v'.repeat(256)]),
    );
    await tag(prod, tags);
    expect(Object.keys((await tagsOf(prod)) ?? {})).toHaveLength(50);
  });

  it('cannot be read for a resource that does not exist', async () => {
    await expect(tagsOf(arn('petstore01/stages/nope'))).rejects.toMatchObject(
      refusal(404, 'NotFoundException', 'Invalid stage identifier specified'),
    );
    await expect(tagsOf(arn('nope'))).rejects.toMatchObject(
      refusal(404, 'NotFoundException', 'Invalid API identifier specified 123456789012:nope'),
    );
    for (const wrong of ['nonsense', '', `${prod}/more`]) {
      const { status } = await stageApi.raw('GET', `/tags/${encodeURIComponent(wrong)}`);
      expect([wrong, status]).toEqual([wrong, 400]);
    }
  });

  it('need keys to be removed and a map to be set', async () => {
    const path = `/tags/${encodeURIComponent(prod)}`;
    const removed = await stageApi.raw('DELETE', path);
    const set = await stageApi.raw('PUT', path, {});
    expect([removed, set].map(({ status, headers }) => [status, headers.get('x-amzn-errortype')])).toEqual([
      [400, 'ValidationException'],
      [400, 'ValidationException'],
    ]);
  });
});
