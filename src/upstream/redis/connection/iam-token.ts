import { buildQueryString } from '@smithy/core/protocols';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';

/** A cache or a cluster of AWS that accepts IAM. */
export interface RedisCache {
  readonly service: 'elasticache' | 'memorydb';
  /** Of the replication group, the serverless cache or the cluster; in lower case, as in its endpoint. */
  readonly name: string;
  /** Undefined: that of the AWS configuration of the process. */
  readonly region: string | undefined;
  readonly isServerless: boolean;
}

/** AWS accepts no longer life. */
const LIFE_SECONDS = 900;

class Sha256 extends Hash {
  constructor(secret?: ConstructorParameters<typeof Hash>[1]) {
    super('sha256', secret);
  }
}

/** What a user signs in with instead of a password: a presigned request `connect`, without its scheme. It sends nothing. */
export async function createIamToken(
  { service, name, isServerless }: RedisCache,
  username: string,
  signing: { readonly region: string; readonly credentials: AwsCredentialIdentity; readonly date: Date },
): Promise<string> {
  const { region, credentials, date } = signing;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname: name,
      path: '/',
      query: {
        Action: 'connect',
        User: username,
        ...(isServerless ? { ResourceType: 'ServerlessCache' } : {}),
      },
      headers: { host: name },
    },
    { expiresIn: LIFE_SECONDS, signingDate: date },
  );
  return `${name}/?${buildQueryString(query)}`;
}
