import type { StageModel } from './model.ts';
import type { PatchOperation } from './plan.ts';

/** Every path that UpdateStage can remove from this stage. */
function removablePaths(stage: StageModel): Set<string> {
  return new Set([
    ...stage.methodSettings.map(({ key }) => `/${key}`),
    ...stage.variables.map(({ name }) => `/variables/${name}`),
    ...(stage.accessLogSettings === null ? [] : ['/accessLogSettings']),
    ...(stage.canarySettings === null ? [] : ['/canarySettings']),
    ...(stage.canarySettings?.stageVariableOverrides ?? []).map(
      ({ name }) => `/canarySettings/stageVariableOverrides/${name}`,
    ),
  ]);
}

/** The operations without those that would remove what the stage does not have, which AWS answers with an error. */
export function withoutAbsentRemovals(
  operations: readonly PatchOperation[],
  stage: StageModel,
): readonly PatchOperation[] {
  const removable = removablePaths(stage);
  const created = (path: string, before: number): boolean =>
    operations.slice(0, before).some((operation) => operation.path.startsWith(path));
  return operations.filter(
    ({ op, path }, index) => op !== 'remove' || removable.has(path) || created(path, index),
  );
}
