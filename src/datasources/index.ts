import type { Caller } from '../auth/caller.ts';
import type { TargetCache } from '../cache/index.ts';
import type { UpstreamCaller } from '../upstream/calls/user-agent.ts';
import type { Upstream } from '../upstream/index.ts';
import { createCachedReads, createCaches, type RequestReads } from './reads/stored-reads.ts';
import { createDeploymentSource } from './rest-apis/deployments.ts';
import { createRestApiSource } from './rest-apis/rest-apis.ts';
import { createChangeRecorder, withChangeLog } from './stages/changes/change-trail.ts';
import { createGuard } from './stages/changes/guard.ts';
import { createStageChanges } from './stages/changes/index.ts';
import { createStageSource } from './stages/index.ts';
import { createStageReader } from './stages/reader.ts';

/** What the data sources of every request stand on. */
export interface DataSourceDependencies {
  readonly upstream: Upstream;
  readonly cache: TargetCache;
  /** Whether changes of stages of this name ask for `confirm`. */
  readonly isProtected: (stageName: string) => boolean;
  /** How many calls to AWS the reads of one operation may cost. */
  readonly maxCalls: number;
}

/** What the data sources must know of a request. */
export interface RequestOptions extends Omit<RequestReads, 'onBehalfOf' | 'maxCalls'> {
  readonly caller: Caller;
}

/** The data sources of one request. What they read they share with all others, through the stores. */
export type DataSources = ReturnType<ReturnType<typeof createDataSourceFactory>>;

function upstreamCallerOf({ subject, client }: Caller): UpstreamCaller | undefined {
  if (subject !== null) return { kind: 'subject', name: subject };
  return client.name === null ? undefined : { kind: 'client', name: client.name };
}

/** Once per process: the stores live here. */
export function createDataSourceFactory({ upstream, cache, isProtected, maxCalls }: DataSourceDependencies) {
  const stores = createCaches(cache);
  const { region, lock } = upstream;
  return ({ caller, ...reads }: RequestOptions) => {
    const onBehalfOf = upstreamCallerOf(caller);
    const request: RequestReads = { ...reads, onBehalfOf, maxCalls };
    // Changes are not given up when the client hangs up: only reads are.
    const { logger, observer, callerKey } = request;
    const session = upstream.session({ logger, observer, callerKey, onBehalfOf, priority: () => 'mutation' });
    const trail = createChangeRecorder();
    const send = withChangeLog(session.send, trail);
    const storedReads = createCachedReads(upstream, session, request);
    const { read: readStored, reportPage } = storedReads;
    const reader = createStageReader({ region, send, readStored, ...storedReads, stores, observer, trail });
    const createChanges = () => {
      const requiresConfirm = (stageName: string) => isProtected(stageName) && !caller.changesProtectedStages;
      return createStageChanges(
        send,
        region,
        reader,
        createGuard({ reader, lock, session, requiresConfirm }),
      );
    };
    let changes: ReturnType<typeof createChanges> | undefined;
    return {
      stages: createStageSource(region, reader, caller),
      /** Most requests change nothing. */
      changes: () => (changes ??= createChanges()),
      restApis: createRestApiSource(region, reader, { readStored, reportPage }, stores, observer, trail),
      deployments: createDeploymentSource(region, readStored, stores, observer, trail),
      trail,
    };
  };
}
