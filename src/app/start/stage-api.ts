import { asConfigError, ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/config.ts';
import type { EmbeddedStageApi } from '../../embedded/start.ts';
import { type Connected, connectUpstream } from '../connect-upstream.ts';
import type { Logger } from '../logger.ts';
import { readVersion } from '../version.ts';

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

/** Connects as configured: to AWS, or to the embedded Stage API at `embeddedUrl`. */
export async function connect(
  config: Config,
  embeddedUrl: string | undefined,
  logger: Logger,
): Promise<Connected> {
  const { stageApi, redis } = config;
  const connected = await connectUpstream({
    ...(stageApi.kind === 'aws'
      ? { endpoint: stageApi.endpoint }
      : { endpoint: embeddedUrl, ...embeddedIdentity }),
    requestTimeoutMs: config.upstreamTimeoutMs,
    deadlineMs: config.upstreamDeadlineMs,
    rate: config.upstreamRate,
    burst: config.upstreamBurst,
    ttlMs: config.cacheTtlMs,
    staleMs: config.staleMs,
    redis: redis === undefined ? undefined : { ...redis, release: readVersion(), logger },
  });
  if (connected !== undefined) return connected;
  throw new ConfigError(['AWS_REGION must be set to a Region (or AWS_PROFILE to a profile with a Region).']);
}
