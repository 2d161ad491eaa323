import { removalPaths } from './method-setting-key.ts';
import type { StageModel } from './model.ts';
import type { PatchOperation } from './plan.ts';

const entryPaths = (stage: StageModel): string[] =>
  stage.details.methodSettings.flatMap(({ key }) => removalPaths(key));

/** Every path that UpdateStage can remove from this stage. */
const removablePaths = (stage: StageModel): string[] => [
  ...entryPaths(stage),
  ...stage.variables.map(({ name }) => `/variables/${name}`),
  ...(stage.accessLogSettings === null ? [] : ['/accessLogSettings']),
  ...(stage.canarySettings === null ? [] : ['/canarySettings']),
  ...(stage.canarySettings?.stageVariableOverrides ?? []).map(
    ({ name }) => `/canarySettings/stageVariableOverrides/${name}`,
  ),
];

/** Whether an earlier operation of the same call makes what a path names. */
const isMadeBefore = (operations: readonly PatchOperation[], index: number, path: string): boolean =>
  operations
    .slice(0, index)
    .some(
      (earlier) => earlier.op !== 'remove' && (earlier.path === path || earlier.path.startsWith(`${path}/`)),
    );

const without = (
  operations: readonly PatchOperation[],
  isAbsent: (path: string) => boolean,
): readonly PatchOperation[] =>
  operations.filter(
    ({ op, path }, index) => op !== 'remove' || !isAbsent(path) || isMadeBefore(operations, index, path),
  );

/** The operations without those that would remove what the stage does not have. */
export function withoutAbsentRemovals(
  operations: readonly PatchOperation[],
  stage: StageModel,
): readonly PatchOperation[] {
  const removable = new Set(removablePaths(stage));
  return without(operations, (path) => !removable.has(path));
}

/** The operations without those that would remove entries of methods that are not there: AWS is known to refuse them. */
export function withoutAbsentEntries(
  operations: readonly PatchOperation[],
  stage: StageModel,
): readonly PatchOperation[] {
  const entries = new Set(entryPaths(stage));
  const isEntry = (path: string) =>
    !/^\/(?:variables\/|accessLogSettings$|canarySettings(?:$|\/))/.test(path);
  return without(operations, (path) => isEntry(path) && !entries.has(path));
}
