import type { StageFindingCode, StageMethod } from '../../../__generated__/types.ts';
import { UpstreamError } from '../../../errors/upstream-error.ts';
import { type Target, targetId } from '../../../fleet/target.ts';
import { TooManyCalls } from '../../reads/call-limit.ts';
import type { DeployedMethods, DeployedMethodSource } from '../../rest-apis/deployed-methods.ts';
import { type DeploymentDifference, differenceOf } from '../../rest-apis/deployment-difference.ts';
import type { CanarySettingsModel, MethodSettingModel, StageModel } from '../wire/model.ts';
import { chosenCodes, type Finding, findingsOf, needsDeployments } from './findings.ts';
import { dependsOnMethods, orphanedSettings, stageMethods } from './live-methods.ts';

/** What stages serve: their deployments' methods, and what follows from them. */
export function createLiveSource(target: Target, deployed: () => DeployedMethodSource) {
  const canaryOf = async ({ canarySettings }: StageModel): Promise<DeployedMethods | null> =>
    canarySettings && deployed().get(canarySettings);

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

    /** The entries that reach neither a method of the deployment nor one of the canary's. */
    async orphanedSettings(stage: StageModel): Promise<MethodSettingModel[]> {
      if (!dependsOnMethods(stage)) return orphanedSettings(stage, []);
      const found = await Promise.all([deployed().get(stage), canaryOf(stage)]);
      return orphanedSettings(
        stage,
        found.flatMap((each) => each?.methods ?? []),
      );
    },

    /** What deserves attention. A deployment that cannot be read is reported; what does not depend on it is found. */
    async findings(
      stage: StageModel,
      codes: readonly StageFindingCode[] | null | undefined,
      report: (error: Error) => void,
    ) {
      const chosen = chosenCodes(codes);
      const unlessFailed = async (read: Promise<DeployedMethods | null>) => {
        try {
          return await read;
        } catch (error) {
          if (!(error instanceof UpstreamError || error instanceof TooManyCalls)) throw error;
          report(error);
          return undefined;
        }
      };
      const [own, canary] = needsDeployments(chosen)
        ? await Promise.all([unlessFailed(deployed().get(stage)), unlessFailed(canaryOf(stage))])
        : [null, null];
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
