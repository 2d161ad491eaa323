import type { Caller } from '../../../auth/caller.ts';
import { isMutationName, mutationActions, scopesOf } from '../../../auth/policies/actions.ts';
import { targetId } from '../../../fleet/target.ts';
import type { StageModel } from '../wire/model.ts';
import { tagsOf } from './permission.ts';

/** A stage that exists cannot be created. */
const ofStages = Object.keys(mutationActions)
  .filter(isMutationName)
  .filter((name) => name !== 'createStage')
  .sort();

/** The mutations that the caller's scopes and policies permit on a stage with the tags that it has. */
export function permittedMutations(caller: Caller, stage: StageModel): string[] {
  if (!caller.isAccountable) return [];
  const { restApiId, stageName } = stage;
  const changed = { target: targetId(stage), restApiId, stageName, tags: tagsOf(stage.tags) };
  return ofStages.filter((name) => {
    if (!caller.hasScopes(scopesOf(name))) return false;
    const decision = caller.decide(name, changed);
    return decision !== 'depends on tags' && decision.allowed;
  });
}
