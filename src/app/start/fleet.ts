import { asConfigError, ConfigError } from '../../config/config-error.ts';
import { type Config, type StartConfig, stageNameMatcher } from '../../config/config.ts';
import type { EmbeddedStageApi } from '../../embedded/start.ts';
import type { FileTargetsOptions } from '../../fleet/file-targets.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { createSingleTarget } from '../../fleet/single-target.ts';
import type { RedisOptions } from '../../upstream/redis/index.ts';
import type { Logger } from '../logger.ts';
import { readVersion } from '../version.ts';
import { reloadOnSighup } from './reload.ts';
import type { Secrets } from './secrets.ts';

/** Starts the embedded Stage API; undefined where the gateway calls AWS. */
export async function startEmbedded(
  { stageApi, allowedHosts }: Config,
  logger: Logger,
): Promise<EmbeddedStageApi | undefined> {
  if (stageApi.kind === 'aws') return undefined;
  const { port, dataFile } = stageApi;
  // Loaded only where it is needed.
  const { startEmbeddedStageApi } = await import('../../embedded/start.ts');
  const onProblem = (error: unknown) => logger.error({ err: error }, 'embedded Stage API error');
  return startEmbeddedStageApi({ port, dataFile, allowedHosts, onProblem }).catch(
    asConfigError('EMBEDDED_PORT or EMBEDDED_DATA', 'EMBEDDED_PORT'),
  );
}

/** The embedded Stage API accepts any signature, but the SDK needs a Region and credentials to sign with. */
const embeddedIdentity = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
};

async function redisOptions(
  { current, onChange }: Secrets,
  logger: Logger,
): Promise<RedisOptions | undefined> {
  const { redis } = current();
  if (redis === undefined) return undefined;
  const { createSignIn } = await import('../../upstream/redis/connection/sign-in.ts');
  const signIn = await createSignIn(redis.iam, redis.credentials);
  onChange((now) => now.redis && signIn.replace?.(now.redis.credentials));
  return { ...redis, signIn, release: readVersion(), logger };
}

const connectionOptions = (config: Config, logger: Logger, redis: RedisOptions | undefined) => ({
  requestTimeoutMs: config.upstreamTimeoutMs,
  deadlineMs: config.upstreamDeadlineMs,
  rate: config.upstreamRate,
  burst: config.upstreamBurst,
  ttlMs: config.cacheTtlMs,
  staleMs: config.staleMs,
  logger,
  isProtected: config.isProtected,
  redis,
});

async function connectTargets(
  { config, targets }: StartConfig,
  logger: Logger,
  redis: RedisOptions | undefined,
): Promise<Fleet | undefined> {
  const { stageApi, targets: path } = config;
  if (path === undefined || targets === undefined) return undefined;
  const { createFileTargets } = await import('../../fleet/file-targets.ts');
  const options: FileTargetsOptions = {
    ...connectionOptions(config, logger, redis),
    endpoint: stageApi.kind === 'aws' ? stageApi.endpoint : undefined,
    matcherOf: stageNameMatcher,
    async startEmbedded() {
      const { startEmbeddedStageApi } = await import('../../embedded/start.ts');
      return startEmbeddedStageApi({ port: 0 });
    },
  };
  const fleet = await createFileTargets(options, targets);
  const reload = async () => {
    const { readTargetsFile } = await import('../../config/targets-file.ts');
    const file = readTargetsFile(path);
    fleet.replace(file);
    return { targets: file.targets.length };
  };
  reloadOnSighup('targets', reload, logger);
  return fleet;
}

/** Connects as configured: to the targets of the file, to AWS, or to the embedded Stage API at `embeddedUrl`. */
export async function connectFleet(
  start: StartConfig,
  embeddedUrl: string | undefined,
  logger: Logger,
  secrets: Secrets,
): Promise<Fleet> {
  const { stageApi, account } = start.config;
  const redis = await redisOptions(secrets, logger);
  const fleet =
    (await connectTargets(start, logger, redis)) ??
    (await createSingleTarget({
      ...(stageApi.kind === 'aws'
        ? { endpoint: stageApi.endpoint }
        : { endpoint: embeddedUrl, ...embeddedIdentity }),
      ...connectionOptions(start.config, logger, redis),
      account,
    }));
  if (fleet !== undefined) return fleet;
  throw new ConfigError(['AWS_REGION must be set to a Region (or AWS_PROFILE to a profile with a Region).']);
}
