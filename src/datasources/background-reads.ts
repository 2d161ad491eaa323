import { GetDeploymentCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import type { Logger } from '../app/logger.ts';
import type { TargetCache } from '../cache/index.ts';
import type { Targets } from '../fleet/fleet.ts';
import type { Target } from '../fleet/target.ts';
import type { UpstreamObserver } from '../upstream/calls/observer.ts';
import type { Send } from '../upstream/calls/send.ts';
import { NO_DEADLINE } from '../upstream/time/deadline.ts';
import type { Caches } from './caches.ts';
import type { StageObserver } from './memory/stage-memory.ts';
import { MAX_PAGE } from './reads/connection.ts';
import { type DeployedMethods, deployedMethodsFromAws } from './rest-apis/deployed-methods.ts';
import { getStages } from './stages/stage-calls.ts';
import type { StageModel } from './stages/wire/model.ts';

interface BackgroundOptions {
  readonly cachesOf: (cache: TargetCache) => Caches;
  readonly observe: StageObserver;
  readonly logger: Logger;
  readonly observer: UpstreamObserver;
}

/** A page of APIs; without a position it is the last one. */
export interface ApiPage {
  readonly restApiIds: readonly string[];
  readonly position: string | undefined;
}

/** Reads on behalf of no request, after all that requests wait for. Each is one call; its answer is reported to the memory. */
export function createBackgroundReads({ cachesOf, observe, logger, observer }: BackgroundOptions) {
  function open(targets: Targets, target: Target, signal?: AbortSignal): { send: Send; caches: Caches } {
    const { upstream, cache } = targets.connect(target);
    const { send } = upstream.session({
      target,
      logger,
      observer,
      priority: () => 'refresh',
      deadline: NO_DEADLINE,
      signal,
    });
    return { send, caches: cachesOf(cache) };
  }

  return {
    async apis(
      targets: Targets,
      target: Target,
      position: string | undefined,
      signal?: AbortSignal,
    ): Promise<ApiPage> {
      const { send } = open(targets, target, signal);
      const startedAt = new Date();
      const answer = await send(new GetRestApisCommand({ position, limit: MAX_PAGE }), 'safe');
      const apis = (answer.items ?? []).map(({ id = '', name = '' }) => ({ restApiId: id, name }));
      observe.restApis(target, apis, startedAt);
      return { restApiIds: apis.map(({ restApiId }) => restApiId), position: answer.position };
    },

    /** The stages of an API. A list that requests have cached is replaced. Throws NOT_FOUND if the API does not exist. */
    async stages(
      targets: Targets,
      target: Target,
      restApiId: string,
      signal?: AbortSignal,
    ): Promise<readonly StageModel[]> {
      const { send, caches } = open(targets, target, signal);
      const replaceCached = await caches.stages.pinVersion(restApiId);
      const stages = await getStages(send, { target, observe }, restApiId);
      await replaceCached(() => stages);
      return stages;
    },

    /** The methods of a deployment, from the cache if they are there. */
    async methods(
      targets: Targets,
      target: Target,
      { restApiId, deploymentId }: { readonly restApiId: string; readonly deploymentId: string },
      signal?: AbortSignal,
    ): Promise<DeployedMethods> {
      const { caches } = open(targets, target);
      // The load is aborted when its last reader leaves. Another one may have begun it.
      const policy = { fresh: false, ...(signal && { abortSignal: () => signal }) };
      const key = `${restApiId}/${deploymentId}`;
      const methods = await caches.deploymentMethods.get(key, policy, async (load) => {
        const command = new GetDeploymentCommand({ restApiId, deploymentId, embed: ['apisummary'] });
        return deployedMethodsFromAws(await open(targets, target, load.signal).send(command, 'safe'));
      });
      // Another process may have put them into the cache: this one's memory has not seen them.
      observe.methods(target, restApiId, deploymentId, methods);
      return methods;
    },
  };
}

export type BackgroundReads = ReturnType<typeof createBackgroundReads>;
