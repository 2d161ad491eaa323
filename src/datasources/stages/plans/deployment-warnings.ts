import type { StageWarning } from '../../../__generated__/types.ts';
import { quote } from '../../../untrusted/quote.ts';
import type { DeployedMethod, DeployedMethods } from '../../rest-apis/deployed-methods.ts';
import { type DeploymentDifference, differenceOf } from '../../rest-apis/deployment-difference.ts';
import { methodNames } from '../../rest-apis/method-names.ts';
import { VERBS } from '../../rest-apis/verbs.ts';
import { decodeMethodKey, STAGE_DEFAULT_KEY } from '../wire/method-setting-key.ts';
import { stateAfter } from './canary-state.ts';
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
  const before = context.before?.deploymentId;
  const after = stateAfter(context.stage, context.operations).deploymentId;
  return before === undefined || before === after ? undefined : { before, after };
}

/** The deployments that the stage serves after the change. */
function servedDeployments({ stage, operations }: WarningContext): string[] {
  const { deploymentId, canarySettings } = stateAfter(stage, operations);
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

function missingMethod(
  path: string,
  written: readonly string[],
  methods: readonly DeployedMethod[],
): string | undefined {
  const verbs = methods.filter(({ resourcePath }) => resourcePath === path).map((each) => each.httpMethod);
  const missing = written.filter((method) => !verbs.some((verb) => verb === method));
  if (verbs.length === 0) {
    const nearest = nearestPath(
      path,
      methods.map(({ resourcePath }) => resourcePath),
    );
    const hint = nearest === undefined ? '' : ` Did you mean ${quote(nearest)}?`;
    return `The deployment has no resource ${quote(path)}: the settings have no effect until one with it is deployed.${hint}`;
  }
  // All seven verbs: the input was ANY, and reaches those that there are.
  if (missing.length === 0 || written.length === VERBS.length) return undefined;
  return `The deployment has no method ${methodNames(missing.map((httpMethod) => ({ resourcePath: path, httpMethod })))}: the settings have no effect until one with it is deployed. ${path} has ${verbs.join(', ')}.`;
}

function noSuchMethod(context: WarningContext, known: KnownDeployments): StageWarning[] {
  const served = servedDeployments(context).map((id) => known.get(id));
  const methods = served.flatMap((deployment) => deployment?.methods ?? []);
  // A deployment that is not known may have the method.
  if (served.includes(undefined)) return [];
  return [...writtenMethods(context)].flatMap(([path, written]) => {
    const message = missingMethod(path, written, methods);
    return message === undefined ? [] : [{ code: 'NO_SUCH_METHOD' as const, message }];
  });
}

/** Whether a method lets more clients in than before. */
function isWeakened({ before, after }: DeploymentDifference['changed'][number]): boolean {
  const losesAuthorization = before.authorizationType !== 'NONE' && after.authorizationType === 'NONE';
  const losesApiKey = before.apiKeyRequired && !after.apiKeyRequired;
  const gainsAuthorization = before.authorizationType === 'NONE' && after.authorizationType !== 'NONE';
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
