import type { OperationName } from '../wire/routes.ts';
import * as deployments from './deployments.ts';
import * as documentationVersions from './documentation-versions.ts';
import type { Operation } from './operation.ts';
import * as restApis from './rest-apis.ts';
import * as stages from './stages.ts';
import * as tags from './tags.ts';

export const operations: Readonly<Record<OperationName, Operation>> = {
  CreateStage: stages.createStage,
  GetStage: stages.getStage,
  GetStages: stages.getStages,
  UpdateStage: stages.updateStage,
  DeleteStage: stages.deleteStage,
  FlushStageCache: stages.flushStageCache,
  FlushStageAuthorizersCache: stages.flushStageAuthorizersCache,
  CreateDeployment: deployments.createDeployment,
  GetDeployment: deployments.getDeployment,
  GetDeployments: deployments.getDeployments,
  DeleteDeployment: deployments.deleteDeployment,
  CreateRestApi: restApis.createRestApi,
  GetRestApi: restApis.getRestApi,
  GetRestApis: restApis.getRestApis,
  DeleteRestApi: restApis.deleteRestApi,
  TagResource: tags.tagResource,
  UntagResource: tags.untagResource,
  GetTags: tags.getTags,
  CreateDocumentationVersion: documentationVersions.createDocumentationVersion,
  GetDocumentationVersion: documentationVersions.getDocumentationVersion,
  GetDocumentationVersions: documentationVersions.getDocumentationVersions,
};
