import { GetStageCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import { failedWith } from '../../errors/upstream-error.ts';
import type { Send } from '../../upstream/calls/send.ts';
import { byCodeUnit } from '../inputs/sorted-maps.ts';
import type { ReadDependencies } from '../reads/cached-reads.ts';
import { stageFromAws } from './wire/from-aws.ts';
import type { StageKey, StageModel } from './wire/model.ts';

const byName = (a: StageModel, b: StageModel): number => byCodeUnit(a.stageName, b.stageName);

/** Stages sorted by name, with one of them replaced or added. */
export const withStage = (stages: readonly StageModel[], changed: StageModel): readonly StageModel[] =>
  [...stages.filter(({ stageName }) => stageName !== changed.stageName), changed].sort(byName);

/** Where the calls go, and what observes the answers. */
type Calls = Pick<ReadDependencies, 'target' | 'observe'>;

/** Calls GetStages: all stages of an API, sorted by name. */
export async function getStages(
  send: Send,
  { target, observe }: Calls,
  restApiId: string,
): Promise<readonly StageModel[]> {
  const startedAt = new Date();
  try {
    const { item } = await send(new GetStagesCommand({ restApiId }), 'safe');
    const observedAt = new Date();
    const stages = (item ?? [])
      .map((stage) => stageFromAws(stage, restApiId, target, observedAt))
      .sort(byName);
    observe.stages(target, restApiId, stages, startedAt);
    return stages;
  } catch (error) {
    if (failedWith(error, 'NOT_FOUND')) observe.missingApi(target, restApiId, startedAt);
    throw error;
  }
}

/** Calls GetStage. */
export async function getStage(send: Send, { target, observe }: Calls, key: StageKey): Promise<StageModel> {
  const { restApiId, stageName } = key;
  const startedAt = new Date();
  try {
    const aws = await send(new GetStageCommand({ restApiId, stageName }), 'safe');
    const stage = stageFromAws(aws, restApiId, target, new Date());
    observe.stage(target, stage, startedAt);
    return stage;
  } catch (error) {
    if (failedWith(error, 'STAGE_NOT_FOUND')) observe.missingStage(target, key, startedAt);
    throw error;
  }
}
