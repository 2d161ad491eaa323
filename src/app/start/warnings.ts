import type { Config } from '../../config/config.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Logger } from '../logger.ts';

/** Says where history and inventory are, if a restart or another process does not have them. */
export function logMemoryNotices({ memory: { database }, redis }: Config, logger: Logger): void {
  if (database.kind === 'postgres') return;
  if (redis !== undefined) {
    logger.warn(
      {},
      'REDIS_URL is set, but each process has a history and an inventory of its own. Set DATABASE_URL to a PostgreSQL that all of them use.',
    );
  }
  if (database.kind === 'memory') {
    logger.info(
      {},
      'History and inventory are in memory and end with this process. Set DATABASE_URL to keep them.',
    );
  }
}

/** Warns of a setting that another one makes ineffective. */
export function logContradictions({ trustedDocumentsOnly, routerSecrets }: Config, logger: Logger): void {
  if (!trustedDocumentsOnly || routerSecrets.length === 0) return;
  logger.warn(
    {},
    'TRUSTED_DOCUMENTS_ONLY has no effect with ROUTER_SECRETS: routers write documents of their own. Let the router refuse documents that are not trusted.',
  );
}

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
