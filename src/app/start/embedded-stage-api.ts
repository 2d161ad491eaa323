import { asConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../logger.ts';

export interface EmbeddedStageApi {
  readonly url: string;
  readonly close: () => Promise<void>;
}

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
