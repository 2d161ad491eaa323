import { isTarget, type TargetReference } from '../fleet/find-target.ts';
import type { Target } from '../fleet/target.ts';
import type { RequestTargets } from './request-targets.ts';
import type { ChangeRecorder } from './stages/changes/change-recorder.ts';
import type { FindTarget } from './stages/changes/desired/copy-settings.ts';
import { invalid, notChanged, record, type StageChange } from './stages/changes/stage-change.ts';
import { userErrorOf } from './stages/changes/user-error.ts';
import type { StageChanges, TargetSources } from './target-sources.ts';

/** A target that a change only reads. What is omitted is that of the changed stage. */
function otherTarget(
  request: RequestTargets,
  of: Target,
  { account, region }: TargetReference,
): ReturnType<FindTarget> {
  const target = request.find({ account: account ?? of.account, region: region ?? of.region });
  if (!isTarget(target)) return target;
  return { target, fetchStage: (key) => request.sourcesOf(target).stages.fetch(key) };
}

/** Runs a change on the target that its input names. An unknown target is the change's own error. */
export async function runChange<Change extends StageChange>(
  request: RequestTargets,
  recorder: ChangeRecorder,
  input: TargetReference,
  run: (changes: StageChanges, find: FindTarget) => Promise<Change>,
): Promise<Change | StageChange> {
  const found = request.find(input);
  if (!isTarget(found)) {
    const { field, message } = found;
    return record(invalid(null, [{ field: ['input', field], message }]), recorder, null);
  }
  recorder.recordTarget({ account: found.account, region: found.region });
  let sources: TargetSources;
  try {
    sources = request.sourcesOf(found);
  } catch (error) {
    // The target has no account yet: its credentials cannot be had.
    const userErrors = [userErrorOf(error, { restApiId: '', stageName: null })];
    return record(notChanged(null, userErrors), recorder, found);
  }
  return run(sources.changes(), (reference) => otherTarget(request, found, reference));
}
