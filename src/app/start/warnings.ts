import type { Config } from '../../config/config.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Logger } from '../logger.ts';

/** Warns of settings against AWS that are dangerous, or that make every request fail. */
export async function logStartWarnings(
  { stageApi, auth }: Config,
  { checks }: Fleet,
  logger: Logger,
): Promise<void> {
  if (stageApi.kind !== 'aws') return;
  if (auth === undefined) {
    logger.warn(
      {},
      'AUTH is off: every client that reaches this gateway can do all that its AWS credentials allow. Set AUTH_JWKS_URL to require tokens.',
    );
  }
  await checks
    .credentials?.()
    .catch((error: unknown) =>
      logger.warn(
        { err: error },
        'No AWS credentials were found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role.',
      ),
    );
}
