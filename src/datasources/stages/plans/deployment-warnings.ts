import type { StageWarning } from '../../../__generated__/types.ts';
import { quote } from '../../../untrusted/quote.ts';
import type { DeployedMethod, DeployedMethods } from '../../rest-apis/deployed-methods.ts';
import { type DeploymentDifference, differenceOf } from '../../rest-apis/deployment-difference.ts';
import { methodNames } from '../../rest-apis/method-names.ts';
import { VERBS } from '../../rest-apis/verbs.ts';
import { decodeMethodKey, STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import { nearestPath } from './nearest-path.ts';
import { promotes, type WarningContext, writtenKeys } from './warnings.ts';

/** The methods of deployments, by id, as far as they could be read. */
export type KnownDeployments = ReadonlyMap<string, DeployedMethods>;

/** The methods whose settings are written, by path. A dead key has a warning of its own. */
function writtenMethods({ operations }: WarningContext): ReadonlyMap<string, readonly string[]> {
  const byPath = new Map<string, string[]>();
  for (const key of writtenKeys(operations)) {
    const { resourcePath, httpMethod, canonical } = decodeMethodKey(key);
    if (!canonical || httpMethod === null || key === STAGE_DEFAULT_KEY) continue;
    byPath.set(resourcePath, [...(byPath.get(resourcePath) ?? []), httpMethod]);
  }
  return byPath;
}

/** The deployment before and after a change of it; undefined if it does not change, or is not known. */
function replacement(context: WarningContext): { before: string; after: string } | undefined {
  const before = context.known?.deploymentId;
  const after = context.after.deploymentId;
  return before === undefined || before === after ? undefined : { before, after };
}

/** The deployments that the stage serves after the change. */
function servedDeployments({ after: { deploymentId, canarySettings } }: WarningContext): string[] {
  return [deploymentId, ...(canarySettings === null ? [] : [canarySettings.deploymentId])];
}

/** The deployments whose methods decide which warnings a change has. */
export function deploymentsOf(context: WarningContext): ReadonlySet<string> {
  const changed = replacement(context);
  return new Set([
    ...(writtenMethods(context).size > 0 ? servedDeployments(context) : []),
    ...(changed === undefined ? [] : [changed.before, changed.after]),
  ]);
}

/** So many missing paths of a change have a hint: a hint compares a path with all others. */
const MAX_HINTS = 5;

function missingMethod(
  path: string,
  written: readonly string[],
  methods: readonly DeployedMethod[],
  hasHint: boolean,
): string | undefined {
  const ofPath = methods.filter(({ resourcePath }) => resourcePath === path);
  const verbs = [...new Set<string>(ofPath.map(({ httpMethod }) => httpMethod))].sort();
  const missing = written.filter((method) => !verbs.includes(method));
  if (verbs.length === 0) {
    const paths = methods.map(({ resourcePath }) => resourcePath);
    const nearest = hasHint ? nearestPath(path, paths) : undefined;
    const hint = nearest === undefined ? '' : ` Did you mean ${quote(nearest)}?`;
    return `The deployment has no resource ${quote(path)}: the settings have no effect until one with it is deployed.${hint}`;
  }
  // All seven verbs: the input was ANY, and reaches those that there are.
  if (missing.length === 0 || written.length === VERBS.length) return undefined;
  const names = methodNames(missing.map((httpMethod) => ({ resourcePath: path, httpMethod })));
  return `The deployment has no method ${names}: the settings have no effect until one with it is deployed. ${path} has ${verbs.join(', ')}.`;
}

function noSuchMethod(context: WarningContext, known: KnownDeployments): StageWarning[] {
  const served = servedDeployments(context).map((id) => known.get(id));
  const methods = served.flatMap((deployment) => deployment?.methods ?? []);
  // A deployment that is not known may have the method.
  if (served.includes(undefined)) return [];
  return [...writtenMethods(context)].flatMap(([path, written], index) => {
    const message = missingMethod(path, written, methods, index < MAX_HINTS);
    return message === undefined ? [] : [{ code: 'NO_SUCH_METHOD' as const, message }];
  });
}

/** Whether a method lets more clients in than before. */
function isWeakened({ before, after }: DeploymentDifference['changed'][number]): boolean {
  const [from, to] = [before.authorizationType, after.authorizationType];
  // A type that is not known is no protection that is lost or gained.
  const isKnown = from !== null && to !== null;
  const losesAuthorization = isKnown && from !== 'NONE' && to === 'NONE';
  const losesApiKey = before.apiKeyRequired && !after.apiKeyRequired;
  const gainsAuthorization = isKnown && from === 'NONE' && to !== 'NONE';
  return losesAuthorization || (losesApiKey && !gainsAuthorization);
}

function changedDeployment(context: WarningContext, known: KnownDeployments): StageWarning[] {
  const changed = replacement(context);
  const before = changed && known.get(changed.before);
  const after = changed && known.get(changed.after);
  if (before === undefined || after === undefined) return [];
  const { removed, changed: differing, isOlder } = differenceOf(before, after);
  const weakened = differing.filter(isWeakened).map((each) => each.after);
  const from = `the deployment before, ${before.deploymentId}`;
  const warnings: StageWarning[] = [];
  if (isOlder && promotes(context.operations)) {
    const message = `The promoted deployment ${after.deploymentId} is older than ${from}: this is a rollback.`;
    warnings.push({ code: 'PROMOTES_OLDER_DEPLOYMENT', message });
  }
  if (removed.length > 0) {
    const message = `The deployment ${after.deploymentId} lacks methods of ${from}: ${methodNames(removed)}. Requests to them are refused.`;
    warnings.push({ code: 'METHODS_REMOVED', message });
  }
  if (weakened.length > 0) {
    const message = `In the deployment ${after.deploymentId} methods need less authorization, or no API key any more, compared to ${from}: ${methodNames(weakened)}.`;
    warnings.push({ code: 'AUTHORIZATION_WEAKENED', message });
  }
  return warnings;
}

/** The warnings that depend on the methods of deployments. */
export const deploymentWarningsOf = (context: WarningContext, known: KnownDeployments): StageWarning[] => [
  ...noSuchMethod(context, known),
  ...changedDeployment(context, known),
];
