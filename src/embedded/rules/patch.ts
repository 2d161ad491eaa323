import { assumed } from '../errors/assumed.ts';
import { badRequest } from '../errors/aws-exception.ts';
import { recorded } from '../errors/recorded.ts';
import { cacheClusterSizes, type Stage } from '../state/state.ts';
import { accessLogMembers, checkAccessLogValue } from './access-log.ts';
import { canaryOrNew, canaryWrite, overrideName, promote, withoutOverride } from './canary.ts';
import { parseSettingPath, removeSetting, writeSetting } from './method-settings.ts';
import { omitEmpty } from './omit-empty.ts';
import { parseBoolean, parseChoice } from './value-parsers.ts';
import { checkVariable, checkVariables, nameAfterPrefix, withVariable } from './variables.ts';
import { withoutKey } from './without-key.ts';

/** In the order of AWS's error message (docs/stage-api.md §1). */
export const patchOps = ['add', 'remove', 'move', 'test', 'replace', 'copy'] as const;

export interface PatchOperation {
  readonly op: (typeof patchOps)[number];
  readonly path: string | undefined;
  readonly value: string | undefined;
  readonly from: string | undefined;
}

/** The facts outside the stage that decide whether a patch is valid. */
interface PatchContext {
  readonly deploymentExists: (id: string) => boolean;
  readonly documentationVersionExists: (version: string) => boolean;
  /** Whether the account has a CloudWatch Logs role (§4). */
  readonly hasCloudWatchLogsRole: boolean;
  /** Always true without `--strict`. */
  readonly clientCertificateExists: (id: string) => boolean;
}

const variableName = (path: string) => nameAfterPrefix('/variables/', path);

const isAccessLogPath = (path: string) =>
  path === '/accessLogSettings' || path.startsWith('/accessLogSettings/');

/** Writes a value to one path. */
type Write = (stage: Stage, value: string, context: PatchContext) => Stage;

function accessLogWrite(path: string): Write {
  const member = Object.hasOwn(accessLogMembers, path) ? accessLogMembers[path] : undefined;
  if (!member) throw badRequest(recorded.accessLogPath);
  return (stage, value) => ({
    ...stage,
    accessLogSettings: { ...stage.accessLogSettings, [member]: checkAccessLogValue(member, value) },
  });
}

/** `""` clears the description and the certificate (§8). */
const writeDescription: Write = (stage, value) => ({ ...stage, description: omitEmpty(value) });

function writeClientCertificate(stage: Stage, value: string, context: PatchContext): Stage {
  if (value !== '' && !context.clientCertificateExists(value))
    throw badRequest(assumed.clientCertificateMissing);
  return { ...stage, clientCertificateId: omitEmpty(value) };
}

const booleanWrite =
  (member: 'cacheClusterEnabled' | 'tracingEnabled'): Write =>
  (stage, value) => ({ ...stage, [member]: parseBoolean(`/${member}`, value) });

function writeDeploymentId(stage: Stage, value: string, { deploymentExists }: PatchContext): Stage {
  if (value === '') throw badRequest(recorded.deploymentEmpty);
  if (!deploymentExists(value)) throw badRequest(recorded.deploymentMissing);
  return { ...stage, deploymentId: value };
}

function writeDocumentationVersion(stage: Stage, value: string, context: PatchContext): Stage {
  if (value !== '' && !context.documentationVersionExists(value))
    throw badRequest(assumed.documentationVersionMissing);
  return { ...stage, documentationVersion: omitEmpty(value) };
}

/** Fixed paths of `replace` (§4); access log, variables, canary and method settings have their own rules. */
const replaceablePaths: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['/deploymentId', writeDeploymentId],
  ['/description', writeDescription],
  ['/clientCertificateId', writeClientCertificate],
  ['/documentationVersion', writeDocumentationVersion],
  ['/cacheClusterEnabled', booleanWrite('cacheClusterEnabled')],
  [
    '/cacheClusterSize',
    (stage, value) => ({
      ...stage,
      cacheClusterSize: parseChoice('/cacheClusterSize', value, cacheClusterSizes),
    }),
  ],
  ['/tracingEnabled', booleanWrite('tracingEnabled')],
]);

const needsLogsRole = (path: string, value: string) => path.endsWith('/logging/loglevel') && value !== 'OFF';

/** AWS takes an unknown path for a method setting (§4). A malformed path is rejected before the value is checked. */
function replaceWrite(path: string): Write {
  const write = replaceablePaths.get(path);
  if (write) return write;
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
      canarySettings: canary(canaryOrNew(stage), value, deploymentExists),
    });
  }
  const setting = parseSettingPath(path);
  return (stage, value, { hasCloudWatchLogsRole: hasLogsRole }) => {
    const methodSettings = writeSetting(stage.methodSettings, setting, value);
    if (needsLogsRole(path, value) && !hasLogsRole) throw badRequest(recorded.noLogsRole);
    return { ...stage, methodSettings };
  };
}

/** AWS takes an unknown path for the key of a method setting (§4). */
function remove(stage: Stage, path: string): Stage {
  if (path === '/accessLogSettings') return { ...stage, accessLogSettings: undefined };
  if (path === '/canarySettings') return { ...stage, canarySettings: undefined };
  if (path === '/variables') return { ...stage, variables: undefined };
  const name = variableName(path);
  if (name !== undefined) return { ...stage, variables: omitEmpty(withoutKey(stage.variables ?? {}, name)) };
  const override = overrideName(path);
  if (override !== undefined) return withoutOverride(stage, override);
  return { ...stage, methodSettings: removeSetting(stage.methodSettings, path) };
}

/** `add` works only on the access log (§4). */
function addWrite(path: string): Write {
  if (!isAccessLogPath(path)) throw badRequest(recorded.invalidOperation('add', path));
  return accessLogWrite(path);
}

function applyOperation(stage: Stage, operation: PatchOperation, context: PatchContext): Stage {
  const { op, path = assumed.missingPath, from = assumed.missingPath, value } = operation;
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
      if (value === undefined) throw badRequest(assumed.patchValueMissing(op, path));
      return write(stage, value, context);
    }
  }
}

/** Applies the operations in list order (§4). Throws at the first invalid one. */
export function applyPatch(
  stage: Stage,
  operations: readonly PatchOperation[],
  context: PatchContext,
): Stage {
  if (operations.length > assumed.maxPatchOperations) throw badRequest(recorded.patchTooLarge);
  return operations.reduce((patched, operation) => applyOperation(patched, operation, context), stage);
}
