import type { StageFindingCode, StageMethod } from '../../../__generated__/types.ts';
import { gatewayError } from '../../../errors/gateway-error.ts';
import { UpstreamError } from '../../../errors/upstream-error.ts';
import { type Target, targetId } from '../../../fleet/target.ts';
import { TooManyCalls } from '../../reads/call-limit.ts';
import type { DeployedMethods, DeployedMethodSource } from '../../rest-apis/deployed-methods.ts';
import { type DeploymentDifference, differenceOf } from '../../rest-apis/deployment-difference.ts';
import type { DeploymentKey } from '../../rest-apis/deployments.ts';
import type { CanarySettingsModel, MethodSettingModel, StageModel } from '../wire/model.ts';
import { chosenCodes, type Finding, findingsOf, needsDeployments } from './findings.ts';
import { dependsOnMethods, orphanedSettings, stageMethods } from './live-methods.ts';

/** The deployments that a stage serves: its own, and that of its canary. */
const servedBy = (stage: StageModel): readonly DeploymentKey[] =>
  stage.canarySettings === null ? [stage] : [stage, stage.canarySettings];

/** What stages serve: their deployments' methods, and what follows from them. */
export function createLiveSource(target: Target, deployed: () => DeployedMethodSource) {
  /** A finding with its fix as operations of the schema, which name the target. */
  const withTarget = ({ fix, ...finding }: Finding) => ({
    resourcePath: null,
    httpMethod: null,
    ...finding,
    fix:
      fix?.map((operation) => ({ value: null, from: null, ...operation, target: targetId(target) })) ?? null,
  });

  return {
    /** The stage's methods; null if its deployment does not exist. */
    async methods(stage: StageModel): Promise<StageMethod[] | null> {
      const own = await deployed().get(stage);
      return own && stageMethods(stage, own.methods);
    },

    /** The entries that reach neither a method of the deployment nor one of the canary's; null if one does not exist. */
    async orphanedSettings(stage: StageModel): Promise<MethodSettingModel[] | null> {
      if (!dependsOnMethods(stage)) return orphanedSettings(stage, []);
      const found = await Promise.all(servedBy(stage).map((key) => deployed().get(key)));
      const methods = found.map((each) => each?.methods);
      return methods.every((each) => each !== undefined) ? orphanedSettings(stage, methods.flat()) : null;
    },

    /** What deserves attention. A deployment that cannot be read is reported; what does not depend on it is found. */
    async findings(
      stage: StageModel,
      codes: readonly StageFindingCode[] | null | undefined,
      report: (error: Error) => void,
    ) {
      const chosen = chosenCodes(codes);
      const read = async (key: DeploymentKey): Promise<DeployedMethods | undefined> => {
        try {
          const found = await deployed().get(key);
          if (found !== null) return found;
          report(gatewayError('NOT_FOUND', `The deployment ${key.deploymentId} does not exist any more.`));
        } catch (error) {
          if (!(error instanceof UpstreamError || error instanceof TooManyCalls)) throw error;
          report(error);
        }
        return undefined;
      };
      const found = needsDeployments(stage, chosen) ? await Promise.all(servedBy(stage).map(read)) : [];
      const [own, canary = stage.canarySettings === null ? null : undefined] = found;
      return findingsOf(stage, chosen, { own, canary }).map(withTarget);
    },

    /** What a promotion would change; null if one of the deployments does not exist. */
    async canaryDifferences(canary: CanarySettingsModel): Promise<DeploymentDifference | null> {
      const { restApiId, stageDeploymentId, deploymentId } = canary;
      const [before, after] = await Promise.all([
        deployed().get({ restApiId, deploymentId: stageDeploymentId }),
        deployed().get({ restApiId, deploymentId }),
      ]);
      return before && after && differenceOf(before, after);
    },
  };
}
