import { UpstreamError } from '../errors/upstream-error.ts';
import { accountOf } from '../upstream/account-of.ts';
import { toUpstreamError } from '../upstream/calls/classify-aws-exception.ts';
import { type ClientOptions, CONNECTION_TIMEOUT_MS, createClient, regionOf } from '../upstream/calls/client.ts';
import { isRetryable } from '../upstream/calls/retry-safety.ts';
import { createRetry } from '../upstream/calls/retry.ts';
import { callerAccount } from '../upstream/calls/sdk/caller-account.ts';
import { deadlineIn } from '../upstream/time/deadline.ts';
import { type ConnectionOptions, createConnections, endpointDigest } from './connections.ts';
import type { ConnectedTarget, Fleet, Targets } from './fleet.ts';
import type { Target } from './target.ts';

export interface SingleTargetOptions extends ConnectionOptions {
  /** Another endpoint than AWS's own. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: ClientOptions['credentials'];
  /** Its account; undefined: that of the credentials. */
  readonly account?: string | undefined;
  readonly rate: number;
  readonly burst: number;
  readonly isProtected: ConnectedTarget['isProtected'];
}

/** For an endpoint that is not AWS, where nothing else tells the account. */
const NO_ACCOUNT = '000000000000';

/** Runs `find` once, and again after a failure. */
function untilKnown<Found>(find: () => Promise<Found>): () => Promise<Found> {
  let finding: Promise<Found> | undefined;
  return () =>
    (finding ??= find().catch((error: unknown) => {
      finding = undefined;
      throw error;
    }));
}

/**
 * The fleet of one target, which needs no file: Region and credentials are those of the SDK's configuration. Its account
 * is found out when it is first needed. Undefined when no Region is configured.
 */
export async function createSingleTarget(options: SingleTargetOptions): Promise<Fleet | undefined> {
  const { endpoint, rate, burst, isProtected, ttlMs, deadlineMs, retryDelayMs } = options;
  const client = createClient({ connectionTimeoutMs: CONNECTION_TIMEOUT_MS, ...options });
  const region = await regionOf(client);
  if (region === undefined) return undefined;
  const connections = await createConnections(options);

  const accountNow = ({ accessKeyId, accountId }: Parameters<typeof accountOf>[0]): string | undefined =>
    options.account ?? accountOf({ accessKeyId, accountId }) ?? (endpoint === undefined ? undefined : NO_ACCOUNT);
  const findAccount = untilKnown(async () => {
    const credentials = await client.config.credentials();
    return accountNow(credentials) ?? callerAccount(region.region, credentials, options.requestTimeoutMs);
  });
  const identify = async () => {
    const names = [region.partition, region.region, await findAccount()];
    return [...names, ...(endpoint === undefined ? [] : [endpointDigest(endpoint)])].join('/');
  };

  function targetsOf(account: string): Targets {
    const home: Target = { ...region, account, alias: undefined, home: true };
    const limiter = { name: 'home', account, region: region?.region, rate, burst, identify };
    const connected = connections.open({ target: home, client, limiter, isProtected, identify });
    return {
      home,
      all: [home],
      connect: () => connected,
      budget: () => connections.budgetOf(limiter),
    };
  }
  /** Every use of the target fails as a call would. */
  function withoutAccount(error: unknown): Targets {
    const home: Target = { ...region, account: '', alias: undefined, home: true };
    const fail = (): never => {
      throw error;
    };
    return { home, all: [home], connect: fail, budget: fail };
  }
  const retried = () => {
    const retry = createRetry(deadlineIn(deadlineMs), retryDelayMs);
    const find = () =>
      findAccount().catch((error: unknown) => {
        throw error instanceof UpstreamError ? error : toUpstreamError('GetCallerIdentity', error, false);
      });
    return retry(find, (error) => isRetryable(error, 'safe'));
  };

  const known = options.account ?? (options.credentials && accountNow(options.credentials));
  let targets = known === undefined ? undefined : targetsOf(known);
  const close = async () => {
    client.destroy();
    await connections.close();
  };
  return {
    ttlMs,
    targets: () =>
      targets ??
      retried().then((account) => (targets ??= targetsOf(account)), withoutAccount),
    generation: () => 0,
    checks: {
      credentials: () => client.config.credentials(),
      ...(connections.checkRedis === undefined ? {} : { redis: connections.checkRedis }),
    },
    failingTargets: () => Promise.resolve(0),
    limiters: connections.limiters,
    sharing: connections.sharing,
    close,
  };
}
