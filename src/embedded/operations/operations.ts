import type { OperationName } from '../wire/routes.ts';
import * as accounts from './account.ts';
import * as clientCertificates from './client-certificates.ts';
import * as deployments from './deployments.ts';
import * as documentationParts from './documentation-parts.ts';
import * as documentationVersions from './documentation-versions.ts';
import * as imports from './imports.ts';
import * as inventories from './inventories.ts';
import type { Operation } from './operation.ts';
import * as integrationResponses from './resources/integration-responses.ts';
import * as integrations from './resources/integrations.ts';
import * as methodResponses from './resources/method-responses.ts';
import * as methods from './resources/methods.ts';
import * as resources from './resources/resources.ts';
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
  UpdateDeployment: deployments.updateDeployment,
  DeleteDeployment: deployments.deleteDeployment,
  CreateRestApi: restApis.createRestApi,
  ImportRestApi: imports.importRestApi,
  PutRestApi: imports.putRestApi,
  GetRestApi: restApis.getRestApi,
  GetRestApis: restApis.getRestApis,
  UpdateRestApi: restApis.updateRestApi,
  DeleteRestApi: restApis.deleteRestApi,
  GetResources: resources.getResources,
  GetResource: resources.getResource,
  CreateResource: resources.createResource,
  UpdateResource: resources.updateResource,
  DeleteResource: resources.deleteResource,
  PutMethod: methods.putMethod,
  GetMethod: methods.getMethod,
  UpdateMethod: methods.updateMethod,
  DeleteMethod: methods.deleteMethod,
  PutMethodResponse: methodResponses.putMethodResponse,
  GetMethodResponse: methodResponses.getMethodResponse,
  UpdateMethodResponse: methodResponses.updateMethodResponse,
  DeleteMethodResponse: methodResponses.deleteMethodResponse,
  PutIntegration: integrations.putIntegration,
  GetIntegration: integrations.getIntegration,
  UpdateIntegration: integrations.updateIntegration,
  DeleteIntegration: integrations.deleteIntegration,
  PutIntegrationResponse: integrationResponses.putIntegrationResponse,
  GetIntegrationResponse: integrationResponses.getIntegrationResponse,
  UpdateIntegrationResponse: integrationResponses.updateIntegrationResponse,
  DeleteIntegrationResponse: integrationResponses.deleteIntegrationResponse,
  TagResource: tags.tagResource,
  UntagResource: tags.untagResource,
  GetTags: tags.getTags,
  CreateDocumentationVersion: documentationVersions.createDocumentationVersion,
  GetDocumentationVersion: documentationVersions.getDocumentationVersion,
  GetDocumentationVersions: documentationVersions.getDocumentationVersions,
  UpdateDocumentationVersion: documentationVersions.updateDocumentationVersion,
  DeleteDocumentationVersion: documentationVersions.deleteDocumentationVersion,
  CreateDocumentationPart: documentationParts.createDocumentationPart,
  GetDocumentationPart: documentationParts.getDocumentationPart,
  GetDocumentationParts: documentationParts.getDocumentationParts,
  UpdateDocumentationPart: documentationParts.updateDocumentationPart,
  DeleteDocumentationPart: documentationParts.deleteDocumentationPart,
  ImportDocumentationParts: documentationParts.importDocumentationParts,
  GetAccount: accounts.getAccount,
  UpdateAccount: accounts.updateAccount,
  GenerateClientCertificate: clientCertificates.generateClientCertificate,
  GetClientCertificate: clientCertificates.getClientCertificate,
  GetClientCertificates: clientCertificates.getClientCertificates,
  UpdateClientCertificate: clientCertificates.updateClientCertificate,
  DeleteClientCertificate: clientCertificates.deleteClientCertificate,
  GetAuthorizers: inventories.getAuthorizers,
  GetModels: inventories.getModels,
  GetRequestValidators: inventories.getRequestValidators,
  GetGatewayResponses: inventories.getGatewayResponses,
  GetUsagePlans: inventories.getUsagePlans,
  GetApiKeys: inventories.getApiKeys,
  GetVpcLinks: inventories.getVpcLinks,
  GetDomainNames: inventories.getDomainNames,
};
