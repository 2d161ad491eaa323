import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { AwsCredentialIdentity } from '@smithy/types';
import { withinMs } from '../../time/time-limit.ts';
import { accountOf } from '../account-of.ts';
import {
  createCredentialsCache,
  type CredentialsSource,
  CredentialsTimeout,
  isOutdated,
  memoized,
} from './credentials.ts';

/** A role that a target's calls are made with. */
export interface AssumedRole {
  readonly arn: string;
  readonly externalId: string | undefined;
}

/** Credentials of another account than the target's. No call is made with them. */
export class WrongAccount extends Error {
  override readonly name = 'WrongAccount';

  constructor(expected: string, actual: string) {
    super(`the credentials are those of account ${actual}, not of the target's account ${expected}`);
  }
}

/**
 * The process's own credentials, by the SDK's default chain, in a new client each time: one client would wait for its last
 * request for ever if that hangs.
 */
export const ownCredentials = (region: string | undefined, timeoutMs: number): CredentialsSource =>
  createCredentialsCache(async () => {
    const client = new APIGatewayClient(region === undefined ? {} : { region });
    return client.config.credentials().finally(() => client.destroy());
  }, timeoutMs);

/** The credentials of a role, which is assumed with the process's own. */
export const roleCredentials = (
  own: CredentialsSource,
  { arn, externalId }: AssumedRole,
  region: string,
  timeoutMs: number,
): CredentialsSource =>
  createCredentialsCache(async () => {
    // Loaded only where it is needed.
    const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
    const begin = performance.now();
    const assume = fromTemporaryCredentials({
      masterCredentials: await own.provide(),
      clientConfig: { region, maxAttempts: 1 },
      params: {
        RoleArn: arn,
        RoleSessionName: 'stagegraph',
        ...(externalId === undefined ? {} : { ExternalId: externalId }),
      },
    });
    return assume().catch((error: unknown) => {
      if (isOutdated(error)) own.invalidate(begin);
      throw error;
    });
  }, timeoutMs);

/** The account of credentials that do not contain it, by `sts:GetCallerIdentity`. */
async function callerAccount(
  region: string,
  credentials: AwsCredentialIdentity,
  timeoutMs: number,
): Promise<string> {
  // Loaded only where it is needed.
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region, credentials, maxAttempts: 1 });
  const answer = client.send(new GetCallerIdentityCommand({})).finally(() => client.destroy());
  const { Account: account } = await withinMs(timeoutMs, answer, () => {
    client.destroy();
    throw new CredentialsTimeout(`no answer of STS within ${timeoutMs} ms`);
  });
  if (account === undefined)
    throw new CredentialsTimeout('STS did not return the account of the credentials');
  return account;
}

/** Gives the account of credentials; STS is asked once for each that do not contain it. A failure is not remembered. */
export function accountFinder(region: string, timeoutMs: number) {
  const found = new WeakMap<AwsCredentialIdentity, Promise<string>>();
  return (identity: AwsCredentialIdentity): Promise<string> => {
    const known = found.get(identity);
    if (known !== undefined) return known;
    const account = accountOf(identity);
    const finding =
      account === undefined ? callerAccount(region, identity, timeoutMs) : Promise.resolve(account);
    found.set(identity, finding);
    finding.catch(() => found.delete(identity));
    return finding;
  };
}

/** Credentials that were checked to be of the expected account. Throws WrongAccount for others. */
export function requireAccount(
  { provide, invalidate }: CredentialsSource,
  expected: string,
  findAccount: ReturnType<typeof accountFinder>,
): CredentialsSource {
  const checked = new WeakSet<AwsCredentialIdentity>();
  async function provideChecked(): Promise<AwsCredentialIdentity> {
    const identity = await provide();
    if (checked.has(identity)) return identity;
    const account = await findAccount(identity);
    if (account !== expected) throw new WrongAccount(expected, account);
    checked.add(identity);
    return identity;
  }
  return { provide: memoized(provideChecked), invalidate };
}
