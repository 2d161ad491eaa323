import type { StageKey } from '../../datasources/stages/wire/model.ts';
import { targetId, type TargetKey } from '../../fleet/target.ts';

/** The key of a stage in every table. */
export interface StoredKey {
  /** `<account>/<region>`. */
  readonly target: string;
  readonly rest_api_id: string;
  readonly stage_name: string;
}

export const storedKey = (stage: TargetKey & StageKey): StoredKey => ({
  target: targetId(stage),
  rest_api_id: stage.restApiId,
  stage_name: stage.stageName,
});

/** The key as one text. */
export const keyText = ({ target, rest_api_id, stage_name }: StoredKey): string =>
  `${target}/${rest_api_id}/${stage_name}`;
