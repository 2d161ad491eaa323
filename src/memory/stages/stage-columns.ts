import type { DeployedMethods } from '../../datasources/rest-apis/deployed-methods.ts';
import { findingRules } from '../../datasources/stages/live/finding-rules.ts';
import { chosenCodes, findingsOf } from '../../datasources/stages/live/findings.ts';
import type { StageModel } from '../../datasources/stages/wire/model.ts';
import type { TargetKey } from '../../fleet/target.ts';
import { findingBits } from '../database/finding-bits.ts';
import type { StagesTable } from '../database/tables.ts';
import { tagText } from '../database/tag-text.ts';

/** The methods of a deployment; undefined if they are not known. Costs no call. */
export type MethodsOf = (
  target: TargetKey,
  restApiId: string,
  deploymentId: string,
) => DeployedMethods | undefined;

/** The columns that follow from a stage alone. */
export type StageColumns = Pick<
  StagesTable,
  | 'last_updated'
  | 'deployment_id'
  | 'canary_deployment_id'
  | 'has_canary'
  | 'has_access_log'
  | 'has_web_acl'
  | 'tracing_enabled'
  | 'cache_cluster_enabled'
  | 'findings'
  | 'tags'
>;

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0);

const codes = chosenCodes(undefined);
const METHOD_BITS = findingBits(codes.filter((code) => findingRules[code].needs !== 'stage'));

/**
 * The codes that the stage has a finding of. What depends on a deployment that is not known is as it was `before`, when
 * the stage served the same deployments.
 */
export function findingsColumn(stage: StageModel, methodsOf: MethodsOf, before = 0): number {
  const { restApiId, deploymentId, canarySettings } = stage;
  const own = methodsOf(stage, restApiId, deploymentId);
  const canary = canarySettings && methodsOf(stage, restApiId, canarySettings.deploymentId);
  const found = findingBits([...new Set(findingsOf(stage, codes, { own, canary }).map(({ code }) => code))]);
  return own === undefined || canary === undefined ? found | (before & METHOD_BITS) : found;
}

/** What was found of a stage, and of which deployments. */
type Found = Pick<StageColumns, 'deployment_id' | 'canary_deployment_id' | 'findings'>;

/** What was found of the stage when it served the same deployments. */
function findingsBefore({ deploymentId, canarySettings }: StageModel, before: Found | undefined): number {
  const isSame =
    before?.deployment_id === deploymentId &&
    before.canary_deployment_id === (canarySettings?.deploymentId ?? null);
  return isSame ? before.findings : 0;
}

/** `before`: what is stored of the stage; undefined if it is new. */
export const stageColumns = (stage: StageModel, methodsOf: MethodsOf, before?: Found): StageColumns => ({
  last_updated: stage.lastUpdatedDate.getTime(),
  deployment_id: stage.deploymentId,
  canary_deployment_id: stage.canarySettings?.deploymentId ?? null,
  has_canary: flag(stage.canarySettings !== null),
  has_access_log: flag(stage.accessLogSettings !== null),
  has_web_acl: flag(stage.webAclArn !== null),
  tracing_enabled: flag(stage.tracingEnabled),
  cache_cluster_enabled: flag(stage.cacheClusterEnabled),
  findings: findingsColumn(stage, methodsOf, findingsBefore(stage, before)),
  tags: tagText(stage.tags),
});
