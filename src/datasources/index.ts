import type { Caller } from '../auth/caller.ts';
import type { TargetCache } from '../cache/index.ts';
import type { UpstreamCaller } from '../upstream/calls/user-agent.ts';
import type { Upstream } from '../upstream/index.ts';
import { createCaches } from './caches.ts';
import { createCachedReads, type RequestReads } from './reads/cached-reads.ts';
import { createDeploymentSource } from './rest-apis/deployments.ts';
import { createRestApiSource } from './rest-apis/rest-apis.ts';
import { createChangeRecorder, withRecordedCalls } from './stages/changes/change-recorder.ts';
import { createGuard } from './stages/changes/guard.ts';
import { createStageChanges } from './stages/changes/index.ts';
import { createStageSource } from './stages/index.ts';
import { createStageReader } from './stages/reader.ts';

export interface DataSourceDependencies {
  readonly upstream: Upstream;
  readonly cache: TargetCache;
  /** Whether changes of stages of this name require `confirm`. */
  readonly isProtected: (stageName: string) => boolean;
  /** How many calls to AWS the reads of one operation may make. */
  readonly maxCalls: number;
}

/** What the data sources must know of a request. */
export interface RequestOptions extends Omit<RequestReads, 'onBehalfOf' | 'maxCalls'> {
  readonly caller: Caller;
}

/** The data sources of one request. They read through the caches that all requests share. */
export type DataSources = ReturnType<ReturnType<typeof createDataSourceFactory>>;

function upstreamCallerOf({ subject, client }: Caller): UpstreamCaller | undefined {
  if (subject !== null) return { kind: 'subject', name: subject };
  return client.name === null ? undefined : { kind: 'client', name: client.name };
}

/** Once per process: it creates the caches. */
export function createDataSourceFactory({ upstream, cache, isProtected, maxCalls }: DataSourceDependencies) {
  const caches = createCaches(cache);
  const { region, lock } = upstream;
  return ({ caller, ...options }: RequestOptions) => {
    const onBehalfOf = upstreamCallerOf(caller);
    const { logger, observer, callerKey } = options;
    // Only reads end when the client disconnects: this session has no abort signal.
    const session = upstream.session({ logger, observer, callerKey, onBehalfOf, priority: () => 'mutation' });
    const recorder = createChangeRecorder();
    const send = withRecordedCalls(session.send, recorder);
    const cachedReads = createCachedReads(upstream, session, { ...options, onBehalfOf, maxCalls });
    const reads = { region, cachedReads, caches, observer, recorder };
    const reader = createStageReader({ ...reads, send });
    const createChanges = () => {
      const requiresConfirm = (stageName: string) => isProtected(stageName) && !caller.changesProtectedStages;
      const guard = createGuard({ reader, lock, session, requiresConfirm, recorder });
      return createStageChanges({ send, region, reader, guard });
    };
    let changes: ReturnType<typeof createChanges> | undefined;
    return {
      stages: createStageSource(region, reader, caller),
      /** Created at the first call: most requests change nothing. */
      changes: () => (changes ??= createChanges()),
      restApis: createRestApiSource(reads, reader),
      deployments: createDeploymentSource(reads),
      changeRecorder: recorder,
    };
  };
}
