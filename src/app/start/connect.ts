import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/config.ts';
import { type Connected, connectUpstream } from '../connect-upstream.ts';
import type { Logger } from '../logger.ts';
import { readVersion } from '../version.ts';

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
