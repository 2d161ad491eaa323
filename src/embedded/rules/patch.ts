import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { unverified } from '../errors/unverified.ts';
import { cacheClusterSizes, type Stage } from '../state/state.ts';
import { orAbsent } from './absent.ts';
import { accessLogLeaves, checkAccessLogValue } from './access-log.ts';
import { canaryOf, canaryWrite, overrideName, promote, withoutOverride } from './canary.ts';
import { parseSettingPath, removeSetting, writeSetting } from './method-settings.ts';
import { parseBoolean, parseChoice } from './value-parsers.ts';
import { checkVariable, checkVariables, nameBelow, withoutVariable, withVariable } from './variables.ts';

/** The enum of the service model, in the order in which AWS lists it (§1). */
export const patchOps = ['add', 'remove', 'move', 'test', 'replace', 'copy'] as const;

interface PatchOperation {
  readonly op: (typeof patchOps)[number];
  readonly path: string | undefined;
  readonly value: string | undefined;
  readonly from: string | undefined;
}

/** What a patch must know of its surroundings. */
interface Surroundings {
  readonly deploymentExists: (id: string) => boolean;
  readonly documentationVersionExists: (version: string) => boolean;
  /** Whether the account has a CloudWatch Logs role (§4, last row). */
  readonly hasLogsRole: boolean;
}

const variableName = (path: string) => nameBelow('/variables/', path);

const isAccessLogPath = (path: string) =>
  path === '/accessLogSettings' || path.startsWith('/accessLogSettings/');

/** The optional text members, of which `""` clears the member (§8). */
const withText = (
  stage: Stage,
  member: 'description' | 'clientCertificateId' | 'documentationVersion',
  value: string,
): Stage => ({ ...stage, [member]: orAbsent(value) });

/** What writing a value to one path does. */
type Write = (stage: Stage, value: string, around: Surroundings) => Stage;

function accessLogWrite(path: string): Write {
  const leaf = Object.hasOwn(accessLogLeaves, path) ? accessLogLeaves[path] : undefined;
  if (!leaf) throw badRequest(recorded.accessLogPath);
  return (stage, value) => ({
    ...stage,
    accessLogSettings: { ...stage.accessLogSettings, [leaf]: checkAccessLogValue(leaf, value) },
  });
}

/** The leaves that `replace` knows, apart from maps, the access log, the canary and method settings (§4). */
const leaves: ReadonlyMap<string, Write> = new Map<string, Write>([
  [
    '/deploymentId',
    (stage, value, around) => {
      if (value === '') throw badRequest(recorded.deploymentEmpty);
      if (!around.deploymentExists(value)) throw badRequest(recorded.deploymentMissing);
      return { ...stage, deploymentId: value };
    },
  ],
  ['/description', (stage, value) => withText(stage, 'description', value)],
  ['/clientCertificateId', (stage, value) => withText(stage, 'clientCertificateId', value)],
  [
    '/documentationVersion',
    (stage, value, around) => {
      if (value !== '' && !around.documentationVersionExists(value))
        throw badRequest(unverified.documentationVersionMissing);
      return withText(stage, 'documentationVersion', value);
    },
  ],
  [
    '/cacheClusterEnabled',
    (stage, value) => ({ ...stage, cacheClusterEnabled: parseBoolean('/cacheClusterEnabled', value) }),
  ],
  [
    '/cacheClusterSize',
    (stage, value) => ({
      ...stage,
      cacheClusterSize: parseChoice('/cacheClusterSize', value, cacheClusterSizes),
    }),
  ],
  [
    '/tracingEnabled',
    (stage, value) => ({ ...stage, tracingEnabled: parseBoolean('/tracingEnabled', value) }),
  ],
]);

const needsLogsRole = (path: string, value: string) => path.endsWith('/logging/loglevel') && value !== 'OFF';

/** `replace`: a known leaf, else a method setting (§4). A path that is none is refused before any value is looked at. */
function replaceWrite(path: string): Write {
  const leaf = leaves.get(path);
  if (leaf) return leaf;
  if (isAccessLogPath(path)) return accessLogWrite(path);
  const name = variableName(path);
  if (name !== undefined) {
    return (stage, value) => {
      checkVariable(name, value);
      return { ...stage, variables: checkVariables(withVariable(stage.variables, name, value)) };
    };
  }
  const canary = canaryWrite(path);
  if (canary) {
    return (stage, value, { deploymentExists }) => ({
      ...stage,
      canarySettings: canary(canaryOf(stage), value, deploymentExists),
    });
  }
  const setting = parseSettingPath(path);
  return (stage, value, { hasLogsRole }) => {
    const methodSettings = writeSetting(stage.methodSettings, setting, value);
    if (needsLogsRole(path, value) && !hasLogsRole) throw badRequest(recorded.noLogsRole);
    return { ...stage, methodSettings };
  };
}

/** Known blocks, a variable or an override; all else is taken for the key of a method setting (§4). */
function remove(stage: Stage, path: string): Stage {
  if (path === '/accessLogSettings') return { ...stage, accessLogSettings: undefined };
  if (path === '/canarySettings') return { ...stage, canarySettings: undefined };
  if (path === '/variables') return { ...stage, variables: undefined };
  const name = variableName(path);
  if (name !== undefined) return { ...stage, variables: orAbsent(withoutVariable(stage.variables, name)) };
  const override = overrideName(path);
  if (override !== undefined) return withoutOverride(stage, override);
  return { ...stage, methodSettings: removeSetting(stage.methodSettings, path) };
}

/** `add`: the access log alone (§4). */
function addWrite(path: string): Write {
  if (!isAccessLogPath(path)) throw badRequest(recorded.invalidOperation('add', path));
  return accessLogWrite(path);
}

function applyOperation(stage: Stage, operation: PatchOperation, around: Surroundings): Stage {
  const { op, path = unverified.missingPath, from = unverified.missingPath, value } = operation;
  switch (op) {
    case 'remove':
      return remove(stage, path);
    case 'copy':
      return promote(stage, path, from);
    case 'move':
    case 'test':
      throw badRequest(recorded.invalidOperation(op, path));
    case 'add':
    case 'replace': {
      const write = op === 'add' ? addWrite(path) : replaceWrite(path);
      if (value === undefined) throw badRequest(unverified.patchValueMissing(op, path));
      return write(stage, value, around);
    }
  }
}

/**
 * Applies operations in list order, each to the result of the one before (§4). Pure: the first operation that fails
 * throws, and the caller still has the stage as it was.
 */
export function applyPatch(stage: Stage, operations: readonly PatchOperation[], around: Surroundings): Stage {
  if (operations.length > unverified.mostPatchOperations) throw badRequest(recorded.patchTooLarge);
  return operations.reduce((patched, operation) => applyOperation(patched, operation, around), stage);
}
