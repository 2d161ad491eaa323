import { authorization } from '../stage-api.ts';

type Params = Readonly<Record<string, unknown>>;

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
  import_rest_api: 'POST /restapis?mode=import',
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

/** `parameters` is a map of further query parameters. */
function toQuery({ parameters = {}, ...members }: Params): string {
  const entries = [
    ...Object.entries(members).map(([name, value]) => [name.toLowerCase(), String(value)] as const),
    ...Object.entries(parameters as Record<string, string>),
  ];
  return new URLSearchParams(Object.fromEntries(entries)).toString();
}

/** The wire name of the one member that has another name in the SDKs. */
const toBody = ({ integrationHttpMethod, ...members }: Params) => ({
  ...members,
  ...(integrationHttpMethod !== undefined && { httpMethod: integrationHttpMethod }),
});

function toRequest(op: string, params: Params) {
  const [verb = '', template = ''] = (requests[op] ?? '').split(' ');
  const { path, rest } = splitParams(template, params);
  if (verb === 'GET' || verb === 'DELETE') return { verb, path, query: toQuery(rest), body: undefined };
  if (!documents.has(op)) return { verb, path, query: '', body: JSON.stringify(toBody(rest)) };
  const { body, ...query } = rest;
  return { verb, path, query: toQuery(query), body: String(body) };
}

export interface Answer {
  readonly status: number;
  /** The code of an error; undefined for a success. */
  readonly code: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The SDKs call the list of every answer but that of GetStages `items`. */
const withItems = (op: string, { item, ...body }: Record<string, unknown>) =>
  item === undefined || op === 'get_stages'
    ? { ...body, ...(item !== undefined && { item }) }
    : { ...body, items: item };

/** Sends an operation of boto3 as boto3 does. */
export async function call(url: string, op: string, params: Params): Promise<Answer> {
  const { verb, path, query, body } = toRequest(op, params);
  const mark = path.includes('?') ? '&' : '?';
  const answer = await fetch(`${url}${path}${query === '' ? '' : `${mark}${query}`}`, {
    method: verb,
    headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
    ...(body !== undefined && { body }),
  });
  const text = await answer.text();
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  return {
    status: answer.status,
    code: answer.headers.get('x-amzn-errortype') ?? undefined,
    body: withItems(op, json),
  };
}
