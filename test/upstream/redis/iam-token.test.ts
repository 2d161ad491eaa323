import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createIamToken, type RedisCache } from '../../../src/upstream/redis/connection/iam-token.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session/token+=',
};
const signing = { region: 'eu-central-1', credentials, date: new Date('2026-02-03T04:05:06Z') };
const cache: RedisCache = {
  service: 'elasticache',
  name: 'mycache',
  region: undefined,
  isServerless: false,
};

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The signature of a presigned request, computed as AWS documents it (Signature Version 4, query parameters). */
function signatureOf(token: string, service: string): string {
  const { host, searchParams } = new URL(`http://${token}`);
  const canonicalQuery = [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const request = ['GET', '/', canonicalQuery, `host:${host}`, '', 'host', sha256('')].join('\n');
  const scope = `20260203/eu-central-1/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', '20260203T040506Z', scope, sha256(request)].join('\n');
  const ofDate = hmac(`AWS4${credentials.secretAccessKey}`, '20260203');
  const key = hmac(hmac(hmac(ofDate, 'eu-central-1'), service), 'aws4_request');
  return hmac(key, toSign).toString('hex');
}

describe('a token of IAM for Redis', () => {
  test('is a presigned request without its scheme, valid for 15 minutes', async () => {
    const token = await createIamToken(cache, 'gateway', signing);
    expect(token).toMatch(/^mycache\/\?/);
    expect(Object.fromEntries(new URL(`http://${token}`).searchParams)).toEqual({
      Action: 'connect',
      User: 'gateway',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20260203/eu-central-1/elasticache/aws4_request',
      'X-Amz-Date': '20260203T040506Z',
      'X-Amz-Expires': '900',
      'X-Amz-Security-Token': 'session/token+=',
      'X-Amz-Signature': signatureOf(token, 'elasticache'),
      'X-Amz-SignedHeaders': 'host',
    });
  });

  test('names a serverless cache as such, and MemoryDB as the service', async () => {
    const serverless = await createIamToken({ ...cache, isServerless: true }, 'gateway', signing);
    const query = new URL(`http://${serverless}`).searchParams;
    expect(query.get('ResourceType')).toBe('ServerlessCache');
    expect(query.get('X-Amz-Signature')).toBe(signatureOf(serverless, 'elasticache'));
    const token = await createIamToken({ ...cache, service: 'memorydb' }, 'gateway', signing);
    expect(token).toContain('%2Fmemorydb%2Faws4_request');
    expect(new URL(`http://${token}`).searchParams.get('X-Amz-Signature')).toBe(
      signatureOf(token, 'memorydb'),
    );
  });
});
