/** Parameters of an operation, by their names in boto3. */
export type Params = Readonly<Record<string, unknown>>;

const api = '/restapis/{restApiId}';
const resource = `${api}/resources/{resourceId}`;
const method = `${resource}/methods/{httpMethod}`;
const methodResponse = `${method}/responses/{statusCode}`;
const integration = `${method}/integration`;
const integrationResponse = `${integration}/responses/{statusCode}`;
const stages = `${api}/stages`;
const deployments = `${api}/deployments`;
const parts = `${api}/documentation/parts`;
const versions = `${api}/documentation/versions`;

/** The request of each recorded operation. Parameters that are not in the path are in the body, or in the query. */
const requests: Readonly<Record<string, string>> = {
  create_deployment: `POST ${deployments}`,
  get_deployment: `GET ${deployments}/{deploymentId}`,
  get_deployments: `GET ${deployments}`,
  update_deployment: `PATCH ${deployments}/{deploymentId}`,
  delete_deployment: `DELETE ${deployments}/{deploymentId}`,
  create_documentation_part: `POST ${parts}`,
  get_documentation_part: `GET ${parts}/{documentationPartId}`,
  get_documentation_parts: `GET ${parts}`,
  update_documentation_part: `PATCH ${parts}/{documentationPartId}`,
  delete_documentation_part: `DELETE ${parts}/{documentationPartId}`,
  import_documentation_parts: `PUT ${parts}`,
  create_documentation_version: `POST ${versions}`,
  get_documentation_version: `GET ${versions}/{documentationVersion}`,
  update_documentation_version: `PATCH ${versions}/{documentationVersion}`,
  create_resource: `POST ${api}/resources/{parentId}`,
  get_resource: `GET ${resource}`,
  get_resources: `GET ${api}/resources`,
  update_resource: `PATCH ${resource}`,
  delete_resource: `DELETE ${resource}`,
  create_rest_api: 'POST /restapis',
  import_rest_api: 'POST /restapis',
  get_rest_api: `GET ${api}`,
  get_rest_apis: 'GET /restapis',
  put_rest_api: `PUT ${api}`,
  update_rest_api: `PATCH ${api}`,
  delete_rest_api: `DELETE ${api}`,
  create_stage: `POST ${stages}`,
  get_stages: `GET ${stages}`,
  delete_stage: `DELETE ${stages}/{stageName}`,
  put_method: `PUT ${method}`,
  get_method: `GET ${method}`,
  update_method: `PATCH ${method}`,
  delete_method: `DELETE ${method}`,
  put_method_response: `PUT ${methodResponse}`,
  get_method_response: `GET ${methodResponse}`,
  update_method_response: `PATCH ${methodResponse}`,
  delete_method_response: `DELETE ${methodResponse}`,
  put_integration: `PUT ${integration}`,
  get_integration: `GET ${integration}`,
  update_integration: `PATCH ${integration}`,
  delete_integration: `DELETE ${integration}`,
  put_integration_response: `PUT ${integrationResponse}`,
  get_integration_response: `GET ${integrationResponse}`,
  update_integration_response: `PATCH ${integrationResponse}`,
  delete_integration_response: `DELETE ${integrationResponse}`,
};

/** The body is the document itself; the other parameters are in the query. */
const documents = new Set(['import_documentation_parts', 'import_rest_api', 'put_rest_api']);

function splitParams(template: string, params: Params) {
  const rest = new Map(Object.entries(params));
  const path = template.replace(/\{(\w+)\}/g, (_, label: string) => {
    const value = rest.get(label);
    rest.delete(label);
    return encodeURIComponent(String(value));
  });
  return { path, rest: Object.fromEntries(rest) };
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null;

const texts = (members: object, nameOf: (name: string) => string = (name) => name) =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [nameOf(name), String(value)]));

/** `parameters` is a map of further query parameters. */
const toQuery = ({ parameters, ...members }: Params): Record<string, string> => ({
  ...texts(members, (name) => name.toLowerCase()),
  ...(isMap(parameters) ? texts(parameters) : {}),
});

/** The wire name of the one member that has another name in the SDKs. */
const toBody = ({ integrationHttpMethod, ...members }: Params) => ({
  ...members,
  ...(integrationHttpMethod !== undefined && { httpMethod: integrationHttpMethod }),
});

/** A request as boto3 would send it, but for its signature. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The operations that cases may have. */
export const isOperation = (op: string): boolean => Object.hasOwn(requests, op);

export function toRequest(op: string, params: Params): Request {
  const [method = '', template = ''] = (requests[op] ?? '').split(' ');
  const { path, rest } = splitParams(template, params);
  if (method === 'GET' || method === 'DELETE') return { method, path, query: toQuery(rest), body: undefined };
  if (!documents.has(op)) return { method, path, query: {}, body: JSON.stringify(toBody(rest)) };
  const { body, ...others } = rest;
  const mode = op === 'import_rest_api' ? { mode: 'import' } : {};
  return { method, path, query: { ...mode, ...toQuery(others) }, body: String(body) };
}
