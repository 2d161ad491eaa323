import { GetStageCommand, GetStagesCommand } from '@aws-sdk/client-api-gateway';
import type { Target } from '../../fleet/target.ts';
import type { Send } from '../../upstream/calls/send.ts';
import { byCodeUnit } from '../inputs/sorted-maps.ts';
import { stageFromAws } from './wire/from-aws.ts';
import type { StageKey, StageModel } from './wire/model.ts';

const byName = (a: StageModel, b: StageModel): number => byCodeUnit(a.stageName, b.stageName);

/** Stages sorted by name, with one of them replaced or added. */
export const withStage = (stages: readonly StageModel[], changed: StageModel): readonly StageModel[] =>
  [...stages.filter(({ stageName }) => stageName !== changed.stageName), changed].sort(byName);

/** Calls GetStages: all stages of an API, sorted by name. */
export async function getStages(
  send: Send,
  target: Target,
  restApiId: string,
): Promise<readonly StageModel[]> {
  const { item } = await send(new GetStagesCommand({ restApiId }), 'safe');
  const observedAt = new Date();
  return (item ?? []).map((stage) => stageFromAws(stage, restApiId, target, observedAt)).sort(byName);
}

/** Calls GetStage. */
export async function getStage(
  send: Send,
  target: Target,
  { restApiId, stageName }: StageKey,
): Promise<StageModel> {
  const stage = await send(new GetStageCommand({ restApiId, stageName }), 'safe');
  return stageFromAws(stage, restApiId, target, new Date());
}
