import { z } from 'zod';
import { withDescendants } from './resource-tree.ts';
import type { Method } from './resource.ts';
import { type RestApiState, type Stage, stateSchema, type State } from './state.ts';

const MAX_SHOWN_PROBLEMS = 10;

function duplicates<T>(items: readonly T[], keyOf: (item: T) => string, what: string): string[] {
  const seen = new Set<string>();
  const duplicate = items.map(keyOf).find((key) => {
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
  return duplicate === undefined ? [] : [`${what} "${duplicate}" is a duplicate`];
}

/** References must exist, and the status of the cache cluster must match `cacheClusterEnabled`. */
function stageProblems(api: RestApiState, stage: Stage, where: string): string[] {
  const problems: string[] = [];
  const { canarySettings: canary, documentationVersion: version, cacheClusterStatus: status } = stage;
  for (const id of new Set([stage.deploymentId, canary?.deploymentId ?? stage.deploymentId]))
    if (!api.deployments.some((deployment) => deployment.id === id))
      problems.push(`${where} has no deployment "${id}"`);
  if (version !== undefined && !api.documentationVersions.some((existing) => existing.version === version))
    problems.push(`${where} has no documentation version "${version}"`);
  const hasCluster = status !== 'NOT_AVAILABLE' && status !== 'DELETE_IN_PROGRESS';
  if (stage.cacheClusterEnabled !== hasCluster)
    problems.push(`${where} has cacheClusterEnabled ${stage.cacheClusterEnabled} and is ${status}`);
  return problems;
}

const isKeyed = <T>(map: Readonly<Record<string, T>> | undefined, keyOf: (item: T) => string) =>
  Object.entries<T>(map ?? {}).every(([key, item]) => key === keyOf(item));

const isKeyedByStatus = ({ methodResponses, methodIntegration }: Method) =>
  isKeyed(methodResponses, ({ statusCode }) => statusCode) &&
  isKeyed(methodIntegration?.integrationResponses, ({ statusCode }) => statusCode);

/** Every resource must be below the root, and the keys of its maps must be those of their items. */
function resourceProblems({ resources, rootResourceId }: RestApiState, where: string): string[] {
  const problems = resources.flatMap(({ id, parentId, pathPart, resourceMethods }) => {
    const isRoot = id === rootResourceId;
    const isPlaced = isRoot ? parentId === undefined && pathPart === undefined : pathPart !== undefined;
    const hasOwnKeys =
      isKeyed(resourceMethods, ({ httpMethod }) => httpMethod) &&
      Object.values(resourceMethods).every(isKeyedByStatus);
    return [
      ...(isPlaced ? [] : [`${where} resource "${id}" has a wrong parentId or pathPart`]),
      ...(hasOwnKeys
        ? []
        : [`${where} resource "${id}" has a key that is not its item's httpMethod or statusCode`]),
    ];
  });
  const below = withDescendants(resources, rootResourceId);
  const outside = resources.find(({ id }) => !below.has(id));
  if (!resources.some(({ id }) => id === rootResourceId))
    problems.push(`${where} the root resource is missing`);
  if (outside) problems.push(`${where} resource "${outside.id}" is not below the root`);
  return [
    ...problems,
    ...duplicates(resources, ({ id }) => id, `${where} resource`),
    ...duplicates(
      resources,
      ({ parentId, pathPart }) => `${parentId} ${pathPart}`,
      `${where} parent and path part`,
    ),
  ];
}

function restApiProblems(api: RestApiState): string[] {
  const where = `REST API "${api.id}":`;
  return [
    ...resourceProblems(api, where),
    ...duplicates(api.deployments, ({ id }) => id, `${where} deployment`),
    ...duplicates(api.stages, ({ stageName }) => stageName, `${where} stage`),
    ...duplicates(api.documentationParts, ({ id }) => id, `${where} documentation part`),
    ...duplicates(api.documentationVersions, ({ version }) => version, `${where} documentation version`),
    ...api.stages.flatMap((stage) => stageProblems(api, stage, `${where} stage "${stage.stageName}"`)),
  ];
}

const stateProblems = ({ clientCertificates, restApis }: State): string[] => [
  ...duplicates(clientCertificates, ({ clientCertificateId: id }) => id, 'client certificate'),
  ...duplicates(restApis, ({ id }) => id, 'REST API'),
  ...restApis.flatMap(restApiProblems),
];

/** Lists the first ten problems. */
export class InvalidState extends Error {}

/** Throws InvalidState. */
export function parseState(given: unknown, name: string): State {
  const parsed = stateSchema.safeParse(given);
  const problems = parsed.success
    ? stateProblems(parsed.data)
    : z
        .prettifyError(parsed.error)
        .split('\n')
        .map((line) => line.trim());
  if (parsed.success && problems.length === 0) return parsed.data;
  const shown = problems.slice(0, MAX_SHOWN_PROBLEMS).map((problem) => `  ${problem}`);
  const more = problems.length > shown.length ? [`  … and ${problems.length - shown.length} more`] : [];
  throw new InvalidState([`${name} is not a state of the embedded Stage API:`, ...shown, ...more].join('\n'));
}
