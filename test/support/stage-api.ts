import {
  type EmbeddedStageApi,
  type EmbeddedStageApiOptions,
  startEmbeddedStageApi,
} from '../../src/embedded/start.ts';
import { closeAfterwards } from './closing.ts';

/** An embedded Stage API on a free port. */
export async function startStageApi(options?: EmbeddedStageApiOptions): Promise<EmbeddedStageApi> {
  const stageApi = await startEmbeddedStageApi(options);
  return { ...stageApi, close: closeAfterwards(() => stageApi.close()) };
}
