import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCredentialsCache } from '../../../../src/upstream/calls/sdk/credentials.ts';
import {
  accountFinder,
  ownCredentials,
  requireAccount,
  roleCredentials,
} from '../../../../src/upstream/calls/sdk/target-credentials.ts';
import { inAwsEnvironment } from '../../../support/aws-environment.ts';
import { until } from '../../../support/polling.ts';

/** It does not contain its account. */
const OLD_KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
const ARN = 'arn:aws:iam::111122223333:role/stagegraph';
const own = createCredentialsCache(() => Promise.resolve({ ...OLD_KEY }), 1000);

let sts: Server;
let restore: () => void;
let requests: URLSearchParams[];
let status: number;
let lifeMs: number;
let hangs: boolean;

const xmlns = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';
const bodyOf = (action: string | null): string =>
  action === 'AssumeRole'
    ? `<AssumeRoleResponse ${xmlns}><AssumeRoleResult><Credentials><AccessKeyId>role${requests.length}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${new Date(Date.now() + lifeMs).toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
    : `<GetCallerIdentityResponse ${xmlns}><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

beforeEach(async () => {
  [requests, status, lifeMs, hangs] = [[], 200, 3_600_000, false];
  sts = createServer((request, response) => {
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      requests.push(form);
      if (!hangs) response.writeHead(status, { 'content-type': 'text/xml' }).end(bodyOf(form.get('Action')));
    });
  });
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  const { port } = sts.address() as AddressInfo;
  restore = inAwsEnvironment({ AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` });
});
afterEach(() => {
  restore();
  sts.closeAllConnections();
  sts.close();
});

describe('a role', () => {
  test('is assumed once for calls at the same time, with its external id', async () => {
    const { provide } = roleCredentials(own, { arn: ARN, externalId: 'external' }, 'us-east-1', 1000);
    const [one, two] = await Promise.all([provide(), provide()]);
    expect(one).toBe(two);
    expect(one).toMatchObject({ accessKeyId: 'role1', sessionToken: 't' });
    expect(requests.map((form) => Object.fromEntries(form))).toMatchObject([
      { Action: 'AssumeRole', RoleArn: ARN, ExternalId: 'external', RoleSessionName: 'stagegraph' },
    ]);
  });

  test('is assumed again before its credentials expire, and the new ones are used then', async () => {
    lifeMs = 240_000;
    const { provide } = roleCredentials(own, { arn: ARN, externalId: undefined }, 'us-east-1', 1000);
    expect(await provide()).toMatchObject({ accessKeyId: 'role1' });
    lifeMs = 3_600_000;
    expect(await provide()).toMatchObject({ accessKeyId: 'role1' });
    await until(async () => (await provide()).accessKeyId === 'role2');
    expect(requests).toHaveLength(2);
  });

  test('that STS does not answer in time is an error, and is asked for again', async () => {
    hangs = true;
    const { provide } = roleCredentials(own, { arn: ARN, externalId: undefined }, 'us-east-1', 100);
    await expect(provide()).rejects.toMatchObject({ name: 'CredentialsTimeout' });
    hangs = false;
    await expect(provide()).resolves.toMatchObject({ accessKeyId: 'role2' });
  });
});

describe('the account of credentials', () => {
  test('is asked for once where the key does not contain it', async () => {
    const find = accountFinder('us-east-1', 1000);
    const identity = { ...OLD_KEY };
    expect(await Promise.all([find(identity), find(identity)])).toEqual(['111122223333', '111122223333']);
    await find(identity);
    expect(requests.map((form) => form.get('Action'))).toEqual(['GetCallerIdentity']);
  });

  test('is asked for again after a failure', async () => {
    const find = accountFinder('us-east-1', 1000);
    status = 503;
    await expect(find(OLD_KEY)).rejects.toThrow();
    status = 200;
    await expect(find(OLD_KEY)).resolves.toBe('111122223333');
  });

  test('is waited for within bounds', async () => {
    hangs = true;
    await expect(accountFinder('us-east-1', 50)(OLD_KEY)).rejects.toMatchObject({
      name: 'CredentialsTimeout',
    });
  });

  test('decides whether they are used, also after they were renewed', async () => {
    let key = 'ASIAQNZGKIQY56JQ7WML';
    const source = {
      provide: Object.assign(() => Promise.resolve({ accessKeyId: key, secretAccessKey: 's' }), {
        memoized: true,
      } as const),
      invalidate: () => undefined,
    };
    const { provide } = requireAccount(source, '029608264753', accountFinder('us-east-1', 1000));
    await expect(provide()).resolves.toMatchObject({ accessKeyId: key });
    key = 'ASIAY34FZKBOKMUTVV7A';
    await expect(provide()).rejects.toMatchObject({
      name: 'WrongAccount',
      message: "the credentials are those of account 609629065308, not of the target's account 029608264753",
    });
    expect(requests).toEqual([]);
  });

  test("is that of the SDK's own chain where a target has no role", async () => {
    restore();
    restore = inAwsEnvironment({ AWS_ACCESS_KEY_ID: 'ASIAQNZGKIQY56JQ7WML', AWS_SECRET_ACCESS_KEY: 's' });
    const { provide } = ownCredentials('us-east-1', 1000);
    expect(await accountFinder('us-east-1', 1000)(await provide())).toBe('029608264753');
  });
});
