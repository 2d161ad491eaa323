import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { regionOf } from '../../calls/client.ts';
import { ownCredentials } from '../../calls/sdk/target-credentials.ts';
import { RedisFailure } from './commands.ts';
import { createIamToken, type RedisCache } from './iam-token.ts';
import type { SignIn } from './servers.ts';

/**
 * A token is valid for 15 minutes: new connections have one that is younger. AWS closes a connection 12 hours after it has
 * signed in; signing in again prolongs it.
 */
const RENEW_MS = 5 * 60_000;
const CREDENTIALS_TIMEOUT_MS = 5000;

async function configuredRegion(): Promise<string> {
  const client = new APIGatewayClient({});
  const found = await regionOf(client);
  client.destroy();
  if (found === undefined) throw new RedisFailure('REDIS_IAM requires a Region: set AWS_REGION');
  return found.region;
}

/** Signs in with the AWS credentials of the process. */
export function createIamSignIn(cache: RedisCache, username: string): SignIn {
  const own = ownCredentials(cache.region, CREDENTIALS_TIMEOUT_MS);
  return {
    async current() {
      const region = cache.region ?? (await configuredRegion());
      const signing = { region, credentials: await own.provide(), date: new Date() };
      return { username, password: await createIamToken(cache, username, signing) };
    },
    renewMs: RENEW_MS,
    onChange: () => undefined,
  };
}
