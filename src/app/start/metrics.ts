import type { GraphQLSchema } from 'graphql';
import type { TokenKeysState } from '../../auth/signing-keys.ts';
import { asConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/config.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Logger } from '../logger.ts';
import { readVersion } from '../version.ts';
import type { StartedMemory } from './memory.ts';

/** Starts the metrics server; undefined without METRICS_PORT. */
export async function startMetrics(
  { host, metricsPort: port, allowedHosts }: Config,
  logger: Logger,
  { limiters, sharing }: Fleet,
  schema: GraphQLSchema,
  tokenKeys: (() => TokenKeysState) | undefined,
  { database, queue, waitingEvents }: Pick<StartedMemory, 'database' | 'queue' | 'waitingEvents'>,
) {
  if (port === undefined) return undefined;
  // Loaded only where it is needed.
  const { startMetrics: start } = await import('../../http/metrics-server.ts');
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
  const version = readVersion();
  return start({
    host,
    port,
    allowedHosts,
    logger,
    version,
    limiters,
    sharing,
    database: {
      status: database.status,
      bytes: database.bytes,
      queued: () => queue.state().apis + queue.state().changes,
      events: waitingEvents.state,
    },
    mutations,
    tokenKeys,
  }).catch(asConfigError('HOST or METRICS_PORT', 'METRICS_PORT'));
}
