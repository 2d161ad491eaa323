import { escapeSegment } from '../wire/json-pointer.ts';
import { removalPaths } from '../wire/method-setting-key.ts';
import type { StageModel } from '../wire/model.ts';
import { type PatchOperation, remove } from './patch-plan.ts';

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

/** Whether an earlier operation of the same call creates what a path names. */
const isCreatedBefore = (operations: readonly PatchOperation[], index: number, path: string): boolean =>
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
    ({ op, path }, index) => op !== 'remove' || !isAbsent(path) || isCreatedBefore(operations, index, path),
  );

/**
 * The operations, with removals of keys with several slashes by their escaped paths: which of the two paths AWS accepts is
 * not known (stage-api.md, section 5). The same array if no path changes.
 */
export function withEscapedKeys(
  operations: readonly PatchOperation[],
  { details: { methodSettings } }: StageModel,
): readonly PatchOperation[] {
  const nested = new Map(
    methodSettings
      .filter(({ key }) => key.split('/').length > 2)
      .map(({ key }) => [`/${key}`, `/${escapeSegment(key)}`]),
  );
  const isNested = operations.some(({ op, path }) => op === 'remove' && nested.has(path));
  if (!isNested) return operations;
  return operations.map((operation) => {
    const path = operation.op === 'remove' ? nested.get(operation.path) : undefined;
    return path === undefined ? operation : remove(path);
  });
}

/** The operations without removals of what the stage does not have. */
export function withoutAbsentRemovals(
  operations: readonly PatchOperation[],
  stage: StageModel,
): readonly PatchOperation[] {
  const removable = new Set(removablePaths(stage));
  return without(operations, (path) => !removable.has(path));
}

/** The operations without removals of missing method settings, which AWS is known to refuse. */
export function withoutAbsentEntries(
  operations: readonly PatchOperation[],
  stage: StageModel,
): readonly PatchOperation[] {
  const entries = new Set(entryPaths(stage));
  const isEntry = (path: string) =>
    !/^\/(?:variables\/|accessLogSettings$|canarySettings(?:$|\/))/.test(path);
  return without(operations, (path) => isEntry(path) && !entries.has(path));
}
