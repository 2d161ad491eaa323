import type { Logger } from '../app/logger.ts';
import { accountOf } from '../upstream/calls/account-of.ts';
import { toUpstreamError } from '../upstream/calls/classify-aws-exception.ts';
import { createClient, regionOf, type StaticCredentials } from '../upstream/calls/client.ts';
import { isRetryable } from '../upstream/calls/retry-safety.ts';
import { createRetry } from '../upstream/calls/retry.ts';
import { accountFinder } from '../upstream/calls/sdk/target-credentials.ts';
import { deadlineIn } from '../upstream/time/deadline.ts';
import { withinMs } from '../upstream/time/time-limit.ts';
import { type ConnectionOptions, createConnections, redisName } from './connections.ts';
import type { ConnectedTarget, Fleet, Targets } from './fleet.ts';
import type { Target } from './target.ts';

export interface SingleTargetOptions extends ConnectionOptions {
  /** Another endpoint than AWS's own. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: StaticCredentials | undefined;
  readonly logger: Logger;
  /** Its account; undefined: that of the credentials. */
  readonly account?: string | undefined;
  readonly isProtected: ConnectedTarget['isProtected'];
}

/** For an endpoint that is not AWS, where nothing else gives the account. */
const NO_ACCOUNT = '000000000000';
/** For what a start waits at most. */
const JOIN_MS = 3000;

/** Every use of the target fails as a call would. */
function unusable(home: Target, error: unknown): Targets {
  const fail = (): never => {
    throw error;
  };
  return { home, all: [home], connect: fail, budget: fail };
}

/** Fails as a call does: with its retries, an UpstreamError and a line in the log. */
function withRetries<Found>(
  find: () => Promise<Found>,
  logger: Logger,
  { deadlineMs, retryDelayMs }: SingleTargetOptions,
): Promise<Found> {
  const operation = 'GetCallerIdentity';
  const attempt = () =>
    find().catch((thrown: unknown) => {
      const error = toUpstreamError(operation, thrown, false);
      logger.warn(
        { operation, outcome: error.failure, awsMessage: error.awsMessage },
        'upstream call failed',
      );
      throw error;
    });
  return createRetry(deadlineIn(deadlineMs), retryDelayMs)(attempt, (error) => isRetryable(error, 'safe'));
}

/**
 * The fleet of one target, which needs no file: Region and credentials are those of the SDK's configuration. Its account
 * is found out when it is first needed. Undefined when no Region is configured.
 */
export async function createSingleTarget(options: SingleTargetOptions): Promise<Fleet | undefined> {
  const { endpoint, credentials, rate, burst, isProtected, ttlMs, requestTimeoutMs } = options;
  const client = createClient(options);
  const region = await regionOf(client);
  if (region === undefined) return undefined;
  const connections = await createConnections(options);
  const askSts = accountFinder(region.region, requestTimeoutMs);

  /** Undefined where AWS must be asked. */
  const accountNow = (identity: Parameters<typeof accountOf>[0]): string | undefined =>
    options.account ?? accountOf(identity) ?? (endpoint === undefined ? undefined : NO_ACCOUNT);
  async function findAccount(): Promise<string> {
    const identity = await client.config.credentials();
    return accountNow(identity) ?? askSts(identity);
  }
  const identify = async () => redisName(region.partition, region.region, await findAccount(), endpoint);
  const homeOf = (account: string): Target => ({
    ...region,
    account,
    alias: undefined,
    home: true,
    label: undefined,
  });

  function targetsOf(account: string): Targets {
    const home = homeOf(account);
    const limiter = { name: 'home', account, region: region?.region, rate, burst, identify };
    const connected = connections.open({ target: home, client, limiter, isProtected, endpoint, identify });
    const budget = () => connections.budgetOf(limiter);
    return { home, all: [home], connect: () => connected, budget };
  }
  async function findTargets(logger: Logger): Promise<Targets> {
    try {
      const account = await withRetries(findAccount, logger, options);
      return (targets ??= targetsOf(account));
    } catch (error) {
      return unusable(homeOf(''), error);
    }
  }

  const known = options.account ?? (credentials && accountNow(credentials));
  let targets = known === undefined ? undefined : targetsOf(known);
  // A process that joins others must know what they have left of the rate limit.
  if (options.redis !== undefined) {
    const joined = Promise.resolve(targets ?? findTargets(options.logger))
      .then(({ connect, home }) => connect(home).upstream.sharing?.ready)
      .catch(() => undefined);
    await withinMs(JOIN_MS, joined, () => undefined);
  }
  return {
    ttlMs,
    targets: (logger) => targets ?? findTargets(logger),
    aliasOf: () => undefined,
    generation: () => 0,
    checks: { credentials: () => client.config.credentials(), ...connections.checks },
    failingTargets: () => Promise.resolve(0),
    limiters: connections.limiters,
    sharing: connections.sharing,
    async close() {
      client.destroy();
      await connections.close();
    },
  };
}
