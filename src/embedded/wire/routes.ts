import { createDeployment, deleteDeployment, getDeployment, getDeployments } from '../operations/deployments.ts';
import {
  createDocumentationVersion,
  getDocumentationVersion,
  getDocumentationVersions,
} from '../operations/documentation-versions.ts';
import { type Operation } from '../operations/operation.ts';
import { createRestApi, deleteRestApi, getRestApi, getRestApis } from '../operations/rest-apis.ts';
import {
  createStage,
  deleteStage,
  flushStageAuthorizersCache,
  flushStageCache,
  getStage,
  getStages,
  updateStage,
} from '../operations/stages.ts';
import { getTags, tagResource, untagResource } from '../operations/tags.ts';

const api = '/restapis/{restApiId}';
const stage = `${api}/stages/{stageName}`;
const deployment = `${api}/deployments/{deploymentId}`;
const documentation = `${api}/documentation/versions`;

/** The table of §1, row for row: method, URI, status of success. Labels are named as in the SDK. */
export const operations = {
  CreateStage: ['POST', `${api}/stages`, 201, createStage],
  GetStage: ['GET', stage, 200, getStage],
  GetStages: ['GET', `${api}/stages`, 200, getStages],
  UpdateStage: ['PATCH', stage, 200, updateStage],
  DeleteStage: ['DELETE', stage, 202, deleteStage],
  FlushStageCache: ['DELETE', `${stage}/cache/data`, 202, flushStageCache],
  FlushStageAuthorizersCache: ['DELETE', `${stage}/cache/authorizers`, 202, flushStageAuthorizersCache],
  CreateDeployment: ['POST', `${api}/deployments`, 201, createDeployment],
  GetDeployment: ['GET', deployment, 200, getDeployment],
  GetDeployments: ['GET', `${api}/deployments`, 200, getDeployments],
  DeleteDeployment: ['DELETE', deployment, 202, deleteDeployment],
  CreateRestApi: ['POST', '/restapis', 201, createRestApi],
  GetRestApi: ['GET', api, 200, getRestApi],
  GetRestApis: ['GET', '/restapis', 200, getRestApis],
  DeleteRestApi: ['DELETE', api, 202, deleteRestApi],
  TagResource: ['PUT', '/tags/{resourceArn}', 204, tagResource],
  UntagResource: ['DELETE', '/tags/{resourceArn}', 204, untagResource],
  GetTags: ['GET', '/tags/{resourceArn}', 200, getTags],
  CreateDocumentationVersion: ['POST', documentation, 201, createDocumentationVersion],
  GetDocumentationVersion: ['GET', `${documentation}/{documentationVersion}`, 200, getDocumentationVersion],
  GetDocumentationVersions: ['GET', documentation, 200, getDocumentationVersions],
} as const satisfies Record<string, readonly [string, string, number, Operation]>;

export interface Route {
  readonly name: string;
  readonly status: number;
  readonly operation: Operation;
  readonly labels: ReadonlyMap<string, string>;
}

const rows: [string, readonly [string, string, number, Operation]][] = Object.entries(operations);
const table = rows.map(([name, [method, uri, status, operation]]) => ({
  name,
  method,
  segments: uri.split('/').slice(1),
  status,
  operation,
}));

const labelOf = (segment: string) => (segment.startsWith('{') ? segment.slice(1, -1) : undefined);

/** §1: ImportRestApi differs from CreateRestApi by its query alone, and is not here. */
const isImport = (name: string, query: URLSearchParams) =>
  name === 'CreateRestApi' && query.get('mode') === 'import';

/**
 * Finds the operation of a method and the decoded segments of a path. An empty or dotted segment is an identifier like
 * any other, one that nothing has: `/restapis/` is GetRestApi of "", never the collection (§1).
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
      candidate.segments.every((segment, i) => labelOf(segment) !== undefined || segment === segments[i]),
  );
  if (!row || isImport(row.name, query)) return undefined;
  const labels = new Map(
    row.segments.flatMap((segment, i) => {
      const label = labelOf(segment);
      return label === undefined ? [] : [[label, segments[i] ?? ''] as const];
    }),
  );
  return { name: row.name, status: row.status, operation: row.operation, labels };
}
