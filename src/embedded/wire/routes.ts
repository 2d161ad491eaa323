import type { IncomingMessage } from 'node:http';

const api = '/restapis/{restApiId}';
const stage = `${api}/stages/{stageName}`;
const deployment = `${api}/deployments/{deploymentId}`;
const resource = `${api}/resources/{resourceId}`;
const method = `${resource}/methods/{httpMethod}`;
const methodResponse = `${method}/responses/{statusCode}`;
const integration = `${method}/integration`;
const integrationResponse = `${integration}/responses/{statusCode}`;
const documentation = `${api}/documentation/versions`;
const documentationParts = `${api}/documentation/parts`;
const clientCertificate = '/clientcertificates/{clientCertificateId}';

/** Name, method, URI and success status of each operation (docs/stage-api.md §1). Labels have the names of the SDK. */
const rows = [
  ['CreateStage', 'POST', `${api}/stages`, 201],
  ['GetStage', 'GET', stage, 200],
  ['GetStages', 'GET', `${api}/stages`, 200],
  ['UpdateStage', 'PATCH', stage, 200],
  ['DeleteStage', 'DELETE', stage, 202],
  ['FlushStageCache', 'DELETE', `${stage}/cache/data`, 202],
  ['FlushStageAuthorizersCache', 'DELETE', `${stage}/cache/authorizers`, 202],
  ['CreateDeployment', 'POST', `${api}/deployments`, 201],
  ['GetDeployment', 'GET', deployment, 200],
  ['GetDeployments', 'GET', `${api}/deployments`, 200],
  ['UpdateDeployment', 'PATCH', deployment, 200],
  ['DeleteDeployment', 'DELETE', deployment, 202],
  ['CreateRestApi', 'POST', '/restapis', 201],
  ['ImportRestApi', 'POST', '/restapis', 201],
  ['PutRestApi', 'PUT', api, 200],
  ['GetRestApi', 'GET', api, 200],
  ['GetRestApis', 'GET', '/restapis', 200],
  ['UpdateRestApi', 'PATCH', api, 200],
  ['DeleteRestApi', 'DELETE', api, 202],
  ['GetResources', 'GET', `${api}/resources`, 200],
  ['GetResource', 'GET', resource, 200],
  ['CreateResource', 'POST', `${api}/resources/{parentId}`, 201],
  ['UpdateResource', 'PATCH', resource, 200],
  ['DeleteResource', 'DELETE', resource, 202],
  ['PutMethod', 'PUT', method, 201],
  ['GetMethod', 'GET', method, 200],
  ['UpdateMethod', 'PATCH', method, 200],
  ['DeleteMethod', 'DELETE', method, 204],
  ['PutMethodResponse', 'PUT', methodResponse, 201],
  ['GetMethodResponse', 'GET', methodResponse, 200],
  ['UpdateMethodResponse', 'PATCH', methodResponse, 201],
  ['DeleteMethodResponse', 'DELETE', methodResponse, 204],
  ['PutIntegration', 'PUT', integration, 201],
  ['GetIntegration', 'GET', integration, 200],
  ['UpdateIntegration', 'PATCH', integration, 200],
  ['DeleteIntegration', 'DELETE', integration, 204],
  ['PutIntegrationResponse', 'PUT', integrationResponse, 201],
  ['GetIntegrationResponse', 'GET', integrationResponse, 200],
  ['UpdateIntegrationResponse', 'PATCH', integrationResponse, 200],
  ['DeleteIntegrationResponse', 'DELETE', integrationResponse, 204],
  ['TagResource', 'PUT', '/tags/{resourceArn}', 204],
  ['UntagResource', 'DELETE', '/tags/{resourceArn}', 204],
  ['GetTags', 'GET', '/tags/{resourceArn}', 200],
  ['CreateDocumentationVersion', 'POST', documentation, 201],
  ['GetDocumentationVersion', 'GET', `${documentation}/{documentationVersion}`, 200],
  ['GetDocumentationVersions', 'GET', documentation, 200],
  ['UpdateDocumentationVersion', 'PATCH', `${documentation}/{documentationVersion}`, 200],
  ['DeleteDocumentationVersion', 'DELETE', `${documentation}/{documentationVersion}`, 202],
  ['CreateDocumentationPart', 'POST', documentationParts, 201],
  ['GetDocumentationPart', 'GET', `${documentationParts}/{documentationPartId}`, 200],
  ['GetDocumentationParts', 'GET', documentationParts, 200],
  ['UpdateDocumentationPart', 'PATCH', `${documentationParts}/{documentationPartId}`, 200],
  ['DeleteDocumentationPart', 'DELETE', `${documentationParts}/{documentationPartId}`, 202],
  ['ImportDocumentationParts', 'PUT', documentationParts, 200],
  ['GetAccount', 'GET', '/account', 200],
  ['UpdateAccount', 'PATCH', '/account', 200],
  ['GenerateClientCertificate', 'POST', '/clientcertificates', 201],
  ['GetClientCertificate', 'GET', clientCertificate, 200],
  ['GetClientCertificates', 'GET', '/clientcertificates', 200],
  ['UpdateClientCertificate', 'PATCH', clientCertificate, 200],
  ['DeleteClientCertificate', 'DELETE', clientCertificate, 202],
  ['GetAuthorizers', 'GET', `${api}/authorizers`, 200],
  ['GetModels', 'GET', `${api}/models`, 200],
  ['GetRequestValidators', 'GET', `${api}/requestvalidators`, 200],
  ['GetGatewayResponses', 'GET', `${api}/gatewayresponses`, 200],
  ['GetUsagePlans', 'GET', '/usageplans', 200],
  ['GetApiKeys', 'GET', '/apikeys', 200],
  ['GetVpcLinks', 'GET', '/vpclinks', 200],
  ['GetDomainNames', 'GET', '/domainnames', 200],
] as const;

/** Operations whose body is an OpenAPI document, in JSON or YAML. */
const documentOperations: ReadonlySet<OperationName> = new Set<OperationName>([
  'ImportDocumentationParts',
  'ImportRestApi',
  'PutRestApi',
]);

export type OperationName = (typeof rows)[number][0];

export const operationNames: readonly string[] = rows.map(([name]) => name);

/** The operation of a request, and the labels in its path. */
export interface Route {
  readonly name: OperationName;
  readonly status: number;
  readonly takesDocument: boolean;
  readonly labels: ReadonlyMap<string, string>;
}

const table = rows.map(([name, method, uri, status]) => ({
  name,
  method,
  segments: uri.split('/').slice(1),
  status,
}));

const labelOf = (segment: string) => (segment.startsWith('{') ? segment.slice(1, -1) : undefined);

/** ImportRestApi differs from CreateRestApi only in its query (§1). */
const hasQuery = (name: OperationName, query: URLSearchParams) => {
  if (name === 'CreateRestApi') return query.get('mode') !== 'import';
  return name !== 'ImportRestApi' || query.get('mode') === 'import';
};

/**
 * Finds the operation for a method and the decoded segments of a path. Empty and dotted segments count as identifiers
 * that do not exist: `/restapis/` is GetRestApi of "", not GetRestApis (§1).
 */
export function findRoute(
  method: string,
  segments: readonly string[],
  query: URLSearchParams,
): Route | undefined {
  const row = table.find(
    (candidate) =>
      candidate.method === method &&
      candidate.segments.length === segments.length &&
      candidate.segments.every((segment, i) => labelOf(segment) !== undefined || segment === segments[i]) &&
      hasQuery(candidate.name, query),
  );
  if (!row) return undefined;
  const labels = new Map(
    row.segments.flatMap((segment, i) => {
      const label = labelOf(segment);
      return label === undefined ? [] : [[label, segments[i] ?? ''] as const];
    }),
  );
  return { name: row.name, status: row.status, takesDocument: documentOperations.has(row.name), labels };
}

/** The path and the query of a request. */
export function splitTarget({ url = '/' }: IncomingMessage): { path: string; query: string } {
  // A client that uses this server as a proxy sends an absolute URL.
  const local = /^https?:\/\/[^/?]*(?<rest>.*)$/s.exec(url)?.groups?.rest ?? url;
  const mark = local.indexOf('?');
  return mark === -1
    ? { path: local, query: '' }
    : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}
