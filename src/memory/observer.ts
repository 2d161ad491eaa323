import type { StageObserver } from '../datasources/memory/stage-memory.ts';
import { targetId } from '../fleet/target.ts';
import type { ObservationQueue } from './history/index.ts';
import type { KnownMethods } from './known-methods.ts';

/** Tells the queue what requests and the crawl have read. */
export function createStageObserver(
  { observe }: Pick<ObservationQueue, 'observe'>,
  methods: KnownMethods,
  methodsBecameKnown: (target: string, restApiId: string, deploymentId: string) => void,
): StageObserver {
  const now = (): Date => new Date();
  return {
    stages: (target, restApiId, stages, startedAt) =>
      observe({
        kind: 'stages',
        target,
        restApiId,
        stages,
        startedAt,
        observedAt: stages[0]?.observedAt ?? now(),
      }),
    stage: (target, stage, startedAt) =>
      observe({ kind: 'stage', target, stage, startedAt, observedAt: stage.observedAt }),
    missingStage: (target, key, startedAt) =>
      observe({ kind: 'missingStage', target, ...key, startedAt, observedAt: now() }),
    missingApi: (target, restApiId, startedAt) =>
      observe({ kind: 'missingApi', target, restApiId, startedAt, observedAt: now() }),
    restApis: (target, apis, startedAt) =>
      observe({
        kind: 'apis',
        target,
        apis: apis.map(({ restApiId, name }) => ({ restApiId, name })),
        startedAt,
        observedAt: now(),
      }),
    methods(target, restApiId, deploymentId, found) {
      methods.add(target, restApiId, deploymentId, found);
      methodsBecameKnown(targetId(target), restApiId, deploymentId);
    },
  };
}
