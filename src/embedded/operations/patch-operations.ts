import { patchOps, type PatchOperation } from '../rules/patch.ts';
import { readInput } from '../wire/input.ts';
import type { JsonObject } from '../wire/json.ts';

/** The `patchOperations` of a body; `inputName` is in AWS's error messages, `labelViolations` follow its own. */
export const readPatchOperations = (
  body: JsonObject,
  inputName: string,
  labelViolations: readonly string[] = [],
): PatchOperation[] =>
  readInput(
    body,
    inputName,
    (members) =>
      members.structures('patchOperations', (operation) => ({
        op: operation.requiredEnumeration('op', patchOps),
        path: operation.string('path'),
        value: operation.string('value'),
        from: operation.string('from'),
      })),
    labelViolations,
  );
