import type { Caller } from '../auth/caller.ts';
import type { ConnectedTarget } from '../fleet/fleet.ts';
import type { Deadline } from '../upstream/time/deadline.ts';
import type { Caches } from './caches.ts';
import type { StageMemory } from './memory/stage-memory.ts';
import { createCachedReads, type ReadDependencies, type RequestReads } from './reads/cached-reads.ts';
import { createDeployedMethodSource, type DeployedMethodSource } from './rest-apis/deployed-methods.ts';
import { createDeploymentSource } from './rest-apis/deployments.ts';
import { createRestApiSource } from './rest-apis/rest-apis.ts';
import { type ChangeRecorder, withRecordedCalls } from './stages/changes/change-recorder.ts';
import { createDeploymentWarnings } from './stages/changes/change-warnings.ts';
import { createGuard } from './stages/changes/guard.ts';
import { createStageChanges } from './stages/changes/index.ts';
import { createPermission } from './stages/changes/permission.ts';
import { createHistoryRecorder } from './stages/changes/record-history.ts';
import { createStageSource } from './stages/index.ts';
import { createLiveSource } from './stages/live/index.ts';
import { createStageReader } from './stages/reader.ts';

/** What the sources of all targets share in one request. */
export interface TargetRequest extends RequestReads {
  readonly caller: Caller;
  readonly recorder: ChangeRecorder;
  readonly memory: StageMemory;
}

/** The data sources of one target in one request. */
export type TargetSources = ReturnType<typeof createTargetSources>;

/** `deadline` is that of the request; undefined for its first target, whose session begins it. */
export function createTargetSources(
  connected: ConnectedTarget,
  caches: Caches,
  request: TargetRequest,
  deadline: Deadline | undefined,
) {
  const { target, upstream, isProtected } = connected;
  const { caller, recorder, memory, logger, observer, callerKey, onBehalfOf } = request;
  const { observe } = memory;
  // Only reads end when the client disconnects: this session has no abort signal.
  const session = upstream.session({
    target,
    logger,
    observer,
    callerKey,
    onBehalfOf,
    newRequestId: () => memory.newRequestId(target),
    deadline,
    priority: () => 'mutation',
  });
  const send = withRecordedCalls(session.send, recorder);
  const cachedReads = createCachedReads(connected, session, request);
  const reads: ReadDependencies = { target, cachedReads, caches, observer, recorder, observe };
  const reader = createStageReader({ ...reads, send });
  let methods: DeployedMethodSource | undefined;
  const deployed = (): DeployedMethodSource => (methods ??= createDeployedMethodSource(reads));
  const createChanges = () => {
    const requiresConfirm = (stageName: string) => isProtected(stageName) && !caller.changesProtectedStages;
    const addDeploymentWarnings = createDeploymentWarnings(deployed);
    const { lock } = upstream;
    const permission = createPermission({ target, caller, recorder, observer });
    const recordHistory = createHistoryRecorder({ target, caller, memory, recorder });
    const checks = { requiresConfirm, recorder, addDeploymentWarnings, permission, recordHistory };
    const guard = createGuard({ target, reader, lock, session, ...checks });
    const { seesVariablesOf } = caller;
    const shared = { send, target, reader, guard, session, permission, seesVariablesOf };
    return createStageChanges({ ...shared, caller, memory, recorder });
  };
  let changes: ReturnType<typeof createChanges> | undefined;
  let live: ReturnType<typeof createLiveSource> | undefined;
  return {
    deadline: session.deadline,
    stages: createStageSource(reader),
    /** Created at the first call: most requests change nothing. */
    changes: () => (changes ??= createChanges()),
    /** Created at the first call, like the changes. */
    live: () => (live ??= createLiveSource(target, deployed)),
    restApis: createRestApiSource(reads, reader),
    deployments: createDeploymentSource(reads, deployed),
  };
}

/** The changes of the stages of one target. */
export type StageChanges = ReturnType<TargetSources['changes']>;
