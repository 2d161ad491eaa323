import type { StageFindingCode } from '../../../__generated__/types.ts';
import { byCodeUnit } from '../../inputs/sorted-maps.ts';
import { type DeployedMethod, type DeployedMethods, isOpen } from '../../rest-apis/deployed-methods.ts';
import type { StageModel } from '../wire/model.ts';
import { namesOf } from '../wire/wire-enums.ts';
import { type FindingRule, findingRules, type Found, type LiveStage } from './finding-rules.ts';
import { liveMethods } from './live-methods.ts';

/** A finding, before its patch operations have their target. */
export interface Finding extends Found {
  readonly code: StageFindingCode;
  readonly severity: FindingRule['severity'];
}

/** What could be read of the deployments of a stage. */
export interface ReadDeployments {
  /** Undefined if it could not be read. */
  readonly own: DeployedMethods | undefined;
  /** Null without a canary; undefined if its deployment could not be read. */
  readonly canary: DeployedMethods | null | undefined;
}

/** A page with thousands of them helps less than a number. */
const MAX_FINDINGS_OF_CODE = 200;

/** The codes to look for, in the order of the schema. */
export const chosenCodes = (codes: readonly StageFindingCode[] | null | undefined): StageFindingCode[] =>
  namesOf(findingRules).filter((code) => codes == null || codes.includes(code));

/** Whether the deployments have to be read for it. */
export const needsDeployments = (stage: StageModel, codes: readonly StageFindingCode[]): boolean =>
  codes.some((code) => {
    const rule = findingRules[code];
    return rule.needs !== 'stage' && rule.applies?.(stage) !== false;
  });

function liveStage(stage: StageModel, own: DeployedMethods, canary: DeployedMethods | undefined): LiveStage {
  const both = new Map<string, DeployedMethod>();
  for (const method of [...own.methods, ...(canary?.methods ?? [])]) {
    // By path, then by method.
    const name = `${method.resourcePath} ${method.httpMethod}`;
    if (!both.has(name) || isOpen(method)) both.set(name, method);
  }
  const methods = [...both].sort(([one], [other]) => byCodeUnit(one, other)).map(([, method]) => method);
  return { stage, deployment: own, canaryDeployment: canary, methods: liveMethods(stage, methods) };
}

function limited(found: readonly Found[]): readonly Found[] {
  const rest = found.length - MAX_FINDINGS_OF_CODE;
  if (rest <= 0) return found;
  const message = `The same is true of ${rest} more. They are listed when those above are fixed.`;
  return [...found.slice(0, MAX_FINDINGS_OF_CODE), { message }];
}

/** What deserves attention, of these codes. Rules that depend on a deployment that could not be read find nothing. */
export function findingsOf(
  stage: StageModel,
  codes: readonly StageFindingCode[],
  { own, canary }: ReadDeployments,
): Finding[] {
  const live = own === undefined ? undefined : liveStage(stage, own, canary ?? undefined);
  function find(rule: FindingRule): readonly Found[] {
    if (rule.needs === 'stage') return rule.find(stage);
    if (rule.applies?.(stage) === false) return [];
    if (live === undefined || (rule.needs === 'deployments' && canary === undefined)) return [];
    return rule.find(live);
  }
  return codes.flatMap((code) => {
    const rule = findingRules[code];
    return limited(find(rule)).map((found) => ({ ...found, code, severity: rule.severity }));
  });
}
