import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { createUpstream, type Upstream } from '../upstream/index.ts';
import type { Logger } from './logger.ts';
import { readVersion } from './version.ts';

/** The embedded Stage API accepts any signature, but the SDK needs a Region and credentials to sign with. */
const embeddedIdentity = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
};

/** Creates the upstream: AWS, or the embedded Stage API at `embeddedUrl`. */
export async function connectUpstream(
  config: Config,
  embeddedUrl: string | undefined,
  logger: Logger,
): Promise<Upstream> {
  const { stageApi, redis } = config;
  const upstream = await createUpstream({
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
  if (upstream !== undefined) return upstream;
  throw new ConfigError(['AWS_REGION must be set to a Region (or AWS_PROFILE to a profile with a Region).']);
}
