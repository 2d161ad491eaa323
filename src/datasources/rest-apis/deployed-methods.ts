import { type Deployment, GetDeploymentCommand, type MethodSnapshot } from '@aws-sdk/client-api-gateway';
import DataLoader from 'dataloader';
import { sortedEntries } from '../inputs/sorted-maps.ts';
import type { ReadDependencies } from '../reads/cached-reads.ts';
import { asError, nullIf } from '../reads/failed-reads.ts';
import type { DeploymentKey } from './deployments.ts';
import { type Verb, VERBS } from './verbs.ts';

/** A method of a deployment. */
export interface DeployedMethod {
  readonly resourcePath: string;
  readonly httpMethod: Verb;
  /** Whether the API declares it as ANY. */
  readonly declaredAsAny: boolean;
  readonly authorizationType: string | null;
  readonly apiKeyRequired: boolean;
}

/** Whether every client can call it, as far as the API itself says. */
export const isOpen = ({ authorizationType, apiKeyRequired }: DeployedMethod): boolean =>
  authorizationType === 'NONE' && !apiKeyRequired;

/** What of a deployment never changes. Its description is not among it. */
export interface DeployedMethods {
  readonly deploymentId: string;
  readonly createdDate: Date;
  /** Sorted by path, then by method. */
  readonly methods: readonly DeployedMethod[];
}

/** The methods of one resource: ANY is its seven verbs, and a verb of its own wins over it. */
function methodsOf(
  resourcePath: string,
  declared: Readonly<Record<string, MethodSnapshot>>,
): DeployedMethod[] {
  return VERBS.filter((verb) => isDeclared(verb) || isDeclared('ANY')).map((httpMethod) => {
    const declaredAsAny = !isDeclared(httpMethod);
    const { authorizationType, apiKeyRequired } = declared[declaredAsAny ? 'ANY' : httpMethod] ?? {};
    return {
      resourcePath,
      httpMethod,
      declaredAsAny,
      authorizationType: authorizationType ?? null,
      apiKeyRequired: apiKeyRequired ?? false,
    };
  });
  function isDeclared(name: string): boolean {
    return Object.hasOwn(declared, name);
  }
}

/** AWS's summary of a deployment. */
export const deployedMethodsFromAws = ({
  id = '',
  createdDate,
  apiSummary,
}: Deployment): DeployedMethods => ({
  deploymentId: id,
  createdDate: createdDate ?? new Date(0),
  methods: sortedEntries(apiSummary).flatMap(([path, declared]) => methodsOf(path, declared)),
});

/** The methods of deployments, in one request. */
export type DeployedMethodSource = ReturnType<typeof createDeployedMethodSource>;

/** One call for each deployment, as long as its methods are cached: they never change. */
export function createDeployedMethodSource({ target, cachedReads, caches, observe }: ReadDependencies) {
  function read(
    { restApiId, deploymentId }: DeploymentKey,
    cacheKey: string,
  ): Promise<DeployedMethods | null> {
    const found = cachedReads.read(caches.deploymentMethods, cacheKey, async (send) => {
      const command = new GetDeploymentCommand({ restApiId, deploymentId, embed: ['apisummary'] });
      const methods = deployedMethodsFromAws(await send(command, 'safe'));
      observe.methods(target, restApiId, deploymentId, methods);
      return methods;
    });
    return nullIf(found, 'NOT_FOUND', 'DEPLOYMENT_NOT_FOUND');
  }
  const keyOf = ({ restApiId, deploymentId }: DeploymentKey): string => `${restApiId}/${deploymentId}`;
  const createLoader = () =>
    new DataLoader<DeploymentKey, DeployedMethods | null, string>(
      (keys) => Promise.all(keys.map((key) => read(key, keyOf(key)).catch(asError))),
      { cacheKeyFn: keyOf },
    );
  let loader: ReturnType<typeof createLoader> | undefined;
  /**
   * Null if the API has no such deployment. An entry may be too large for the cache: within a request it is read once in
   * any case.
   */
  const get = (key: DeploymentKey): Promise<DeployedMethods | null> => (loader ??= createLoader()).load(key);

  return {
    get,
    /** The same for a deployment whose date is known: an emulator that was started anew uses ids again. */
    async of(key: DeploymentKey & Pick<DeployedMethods, 'createdDate'>): Promise<DeployedMethods | null> {
      const found = await get(key);
      const date = key.createdDate.toISOString();
      return found === null || found.createdDate.toISOString() === date
        ? found
        : read(key, `${keyOf(key)}/${date}`);
    },
  };
}
