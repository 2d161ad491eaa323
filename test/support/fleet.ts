import { createLogger } from '../../src/app/logger.ts';
import { stageNameMatcher } from '../../src/config/config.ts';
import type { TargetSettings, TargetsFile } from '../../src/config/targets-file.ts';
import { createFileTargets, type FileTargets } from '../../src/fleet/file-targets.ts';
import { redisAt } from './redis.ts';
import { type Gateway, type GatewayOptions, serveFleet } from './run.ts';
import { silentLogger } from './silence.ts';
import { startStageApi } from './stage-api.ts';

export const PROD = '111122223333';
export const DEV = '444455556666';

/** An entry of the file of targets; only what a test is about is given. */
export const target = (given: Pick<TargetSettings, 'account' | 'region'> & Partial<TargetSettings>) => ({
  alias: undefined,
  home: false,
  roleArn: undefined,
  externalId: undefined,
  endpoint: undefined,
  rate: undefined,
  burst: undefined,
  protectedStages: [],
  ...given,
});

export interface RunningFleet extends Gateway {
  readonly fleet: FileTargets;
}

/** The real gateway in front of the targets of a file. */
export async function startFleet(
  file: TargetsFile,
  options: GatewayOptions & { readonly endpoint?: string } = {},
): Promise<RunningFleet> {
  const { isProtected = () => false, requestTimeoutMs = 2000, deadlineMs = 5000, log } = options;
  const { ttlMs = 0, staleMs = 0, rate = 1000, burst = 1000, operationLimits, redisUrl } = options;
  const logger = log === undefined ? silentLogger : createLogger('debug', { write: log });
  const redis =
    redisUrl === undefined
      ? undefined
      : { ...redisAt(redisUrl), prefix: 'test', timeoutMs: 5000, release: 'test', logger };
  const fleet = await createFileTargets(
    {
      ...{ isProtected, requestTimeoutMs, deadlineMs, ttlMs, staleMs, rate, burst, operationLimits, redis },
      retryDelayMs: 10,
      endpoint: options.endpoint,
      matcherOf: stageNameMatcher,
      startEmbedded: () => startStageApi(),
    },
    file,
  );
  return {
    ...(await serveFleet(fleet, { ...options, fleetSchema: file.targets.length > 1 }, logger)),
    fleet,
  };
}
