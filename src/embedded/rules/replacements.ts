import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { omitEmpty } from './omit-empty.ts';
import type { PatchOperation } from './patch.ts';

/** The effect of `replace`, by path. */
type Replacements<T> = ReadonlyMap<string, (item: T, value: string) => T>;

/** Applies the patch of a resource that supports only `replace`, in list order. Throws at the first invalid operation. */
export function applyReplacements<T>(
  item: T,
  operations: readonly PatchOperation[],
  replacements: Replacements<T>,
): T {
  return operations.reduce((patched, { op, path = assumed.missingPath, value }) => {
    if (op !== 'replace') throw badRequest(recorded.unsupportedPatchOp(op, path));
    const replace = replacements.get(path);
    if (!replace) throw badRequest(recorded.unsupportedPatchPath(path, [...replacements.keys()]));
    // Without a value like with an empty one.
    return replace(patched, value ?? '');
  }, item);
}

/** For resources of which only the description can be changed; `""` clears it. */
export const patchDescription = <T extends { readonly description?: string | undefined }>(
  item: T,
  operations: readonly PatchOperation[],
): T =>
  applyReplacements(
    item,
    operations,
    new Map([['/description', (from: T, value: string) => ({ ...from, description: omitEmpty(value) })]]),
  );
