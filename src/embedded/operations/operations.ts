import { type OperationName } from '../wire/routes.ts';
import { createDeployment, deleteDeployment, getDeployment, getDeployments } from './deployments.ts';
import {
  createDocumentationVersion,
  getDocumentationVersion,
  getDocumentationVersions,
} from './documentation-versions.ts';
import { type Operation } from './operation.ts';
import { createRestApi, deleteRestApi, getRestApi, getRestApis } from './rest-apis.ts';
import {
  createStage,
  deleteStage,
  flushStageAuthorizersCache,
  flushStageCache,
  getStage,
  getStages,
  updateStage,
} from './stages.ts';
import { getTags, tagResource, untagResource } from './tags.ts';

export const operations: Readonly<Record<OperationName, Operation>> = {
  CreateStage: createStage,
  GetStage: getStage,
  GetStages: getStages,
  UpdateStage: updateStage,
  DeleteStage: deleteStage,
  FlushStageCache: flushStageCache,
  FlushStageAuthorizersCache: flushStageAuthorizersCache,
  CreateDeployment: createDeployment,
  GetDeployment: getDeployment,
  GetDeployments: getDeployments,
  DeleteDeployment: deleteDeployment,
  CreateRestApi: createRestApi,
  GetRestApi: getRestApi,
  GetRestApis: getRestApis,
  DeleteRestApi: deleteRestApi,
  TagResource: tagResource,
  UntagResource: untagResource,
  GetTags: getTags,
  CreateDocumentationVersion: createDocumentationVersion,
  GetDocumentationVersion: getDocumentationVersion,
  GetDocumentationVersions: getDocumentationVersions,
};
