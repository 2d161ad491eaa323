import type { StageTarget } from '../__generated__/types.ts';
import type { Caller } from '../auth/caller.ts';
import type { TargetCache } from '../cache/index.ts';
import { gatewayError } from '../errors/gateway-error.ts';
import { findTarget, isTarget, type TargetReference } from '../fleet/find-target.ts';
import type { Targets } from '../fleet/fleet.ts';
import { type Target, targetId, type TargetKey } from '../fleet/target.ts';
import type { UpstreamCaller } from '../upstream/calls/user-agent.ts';
import { holdsVariableValue } from '../upstream/calls/variable-values.ts';
import { type Caches, createCaches } from './caches.ts';
import { type EntityKind, encodeId } from './inputs/global-id.ts';
import { type EntityReference, locateEntity } from './inputs/references.ts';
import type { RequestReads } from './reads/cached-reads.ts';
import { createCallLimit } from './reads/call-limit.ts';
import type { DeploymentKey, DeploymentModel } from './rest-apis/deployments.ts';
import type { RestApiModel } from './rest-apis/rest-apis.ts';
import { createChangeRecorder } from './stages/changes/change-recorder.ts';
import { invalid, type PatchOperationModel, record, type StageChange } from './stages/changes/stage-change.ts';
import type { StageKey, StageModel } from './stages/wire/model.ts';
import { createTargetSources, type StageChanges, type TargetSources } from './target-sources.ts';

export interface DataSourceOptions {
  /** How many calls to AWS the reads of one operation may make. */
  readonly maxCalls: number;
}

/** What the data sources must know of a request. */
export interface RequestOptions extends Omit<RequestReads, 'onBehalfOf' | 'limit'> {
  readonly caller: Caller;
  /** The targets when the request began. */
  readonly targets: Targets;
}

/** The data sources of one request. They read through the caches that all requests share. */
export type DataSources = ReturnType<ReturnType<typeof createDataSourceFactory>>;

function upstreamCallerOf({ subject, client }: Caller): UpstreamCaller | undefined {
  if (subject !== null) return { kind: 'subject', name: subject };
  return client.name === null ? undefined : { kind: 'client', name: client.name };
}

/** Once per process: it creates the caches. */
export function createDataSourceFactory({ maxCalls }: DataSourceOptions) {
  const cachesByTarget = new WeakMap<TargetCache, Caches>();
  function cachesOf(cache: TargetCache): Caches {
    const known = cachesByTarget.get(cache);
    if (known !== undefined) return known;
    const caches = createCaches(cache);
    cachesByTarget.set(cache, caches);
    return caches;
  }

  return ({ caller, targets, ...options }: RequestOptions) => {
    const { home } = targets;
    const recorder = createChangeRecorder();
    const request = { ...options, caller, recorder, onBehalfOf: upstreamCallerOf(caller) };
    const limit = createCallLimit(maxCalls);
    const opened = new Map<string, TargetSources>();
    let first: TargetSources | undefined;
    let ofHome: TargetSources | undefined;

    function open(target: Target): TargetSources {
      const connected = targets.connect(target);
      const deadline = first?.deadline;
      const sources = createTargetSources(connected, cachesOf(connected.cache), { ...request, limit, deadline });
      first ??= sources;
      return sources;
    }
    function sourcesOf(target: Target): TargetSources {
      if (target === home) return (ofHome ??= open(home));
      const id = targetId(target);
      const sources = opened.get(id) ?? open(target);
      opened.set(id, sources);
      return sources;
    }

    /** The data sources of the target that an operation names. Throws BAD_USER_INPUT if there is none. */
    function at(reference: TargetReference): TargetSources {
      const found = findTarget(reference, home, targets.all);
      if (isTarget(found)) return sourcesOf(found);
      throw gatewayError('BAD_USER_INPUT', found.message);
    }

    /** The data sources of the target that something was read from. */
    const of = (item: TargetKey): TargetSources =>
      item.account === home.account && item.region === home.region ? (ofHome ??= open(home)) : at(item);

    /** What `find` brings for the entity of a reference; null if a name is not valid. */
    function locate<Found>(
      kind: EntityKind,
      reference: EntityReference,
      names: Parameters<typeof locateEntity>[2],
      find: (sources: TargetSources, restApiId: string, name: string) => Found,
    ): Found | null {
      const found = locateEntity(kind, reference, names);
      if (found === undefined) return null;
      const [restApiId = '', name = ''] = found.names;
      return find(at(found.target), restApiId, name);
    }

    return {
      at,
      of,
      /** Entities by any of their keys; null if they do not exist. */
      resolve: {
        stage: (reference: EntityReference & Partial<StageKey>): Promise<StageModel | null> =>
          locate('Stage', reference, [reference.restApiId, reference.stageName], ({ stages }, restApiId, stageName) => stages.find({ restApiId, stageName })),
        restApi: (reference: EntityReference & Partial<RestApiModel>, fields: ReadonlySet<string>): Promise<RestApiModel | null> =>
          locate('RestApi', reference, [reference.restApiId], ({ restApis }, restApiId) => restApis.find(restApiId, fields)),
        deployment: (reference: EntityReference & Partial<DeploymentKey>): Promise<DeploymentModel | null> =>
          locate('RestApiDeployment', reference, [reference.restApiId, reference.deploymentId], ({ deployments }, restApiId, deploymentId) => deployments.get({ restApiId, deploymentId })),
      },

      /** Runs a change on the target that its input names. An unknown target is the change's own error. */
      async change<Change extends StageChange>(
        input: TargetReference,
        run: (changes: StageChanges) => Promise<Change>,
      ): Promise<Change | StageChange> {
        const found = findTarget(input, home, targets.all);
        if (isTarget(found)) {
          recorder.recordTarget(found);
          return run(sourcesOf(found).changes());
        }
        const { field, message } = found;
        return record(invalid(null, [{ field: ['input', field], message }]), recorder, null);
      },
      /** The stage after a change. It is read if AWS did not answer with it. */
      after: ({ stage, key, target }: StageChange) =>
        stage === undefined && key !== null && target !== null ? of(target).stages.after(key) : (stage ?? null),

      /** The targets, with their rate limiters at this moment. No cached response may contain them. */
      targets(): StageTarget[] {
        options.dependencies.markIncomplete();
        return targets.all.map((target) => {
          const { account, alias = null, region } = target;
          const budget = targets.budget(target);
          return { id: encodeId('StageTarget', target), account, alias, region, home: target.home, budget };
        });
      },
      /** What the caller may see of an operation's value. */
      visibleValue: ({ path, value, target }: PatchOperationModel): string | null =>
        caller.seesVariablesOf(target) || !holdsVariableValue(path) ? value : null,
      changeRecorder: recorder,
    };
  };
}
