import { createCollection, type Collection } from './collection.ts';
import {
  type Deployment,
  type DocumentationVersion,
  type RestApiState,
  type Stage,
  type State,
} from './state.ts';

/** A REST API's own members, without what it contains. */
type RestApiMembers = Omit<RestApiState, 'deployments' | 'documentationVersions' | 'stages'>;

export interface RestApi {
  members: RestApiMembers;
  readonly deployments: Collection<Deployment>;
  readonly documentationVersions: Collection<DocumentationVersion>;
  readonly stages: Collection<Stage>;
}

/**
 * Everything the embedded Stage API knows. What is in a
 * collection, or a REST API's `members`, is replaced whole, never changed in place, by operations that run
 * to their end without waiting: that is what makes every write all or nothing, also under concurrent writers.
 */
export interface Store {
  readonly restApis: Collection<RestApi>;
  readonly snapshot: () => State;
  /** Goes back to what a snapshot holds. */
  readonly restore: (state: State) => void;
}

export const createRestApi = ({
  deployments,
  documentationVersions,
  stages,
  ...members
}: RestApiState): RestApi => ({
  members,
  deployments: createCollection(deployments, ({ id }) => id),
  documentationVersions: createCollection(documentationVersions, ({ version }) => version),
  stages: createCollection(stages, ({ stageName }) => stageName),
});

export function createStore(state: State): Store {
  const load = (from: State) => createCollection(from.restApis.map(createRestApi), (api) => api.members.id);
  let restApis = load(state);
  return {
    get restApis() {
      return restApis;
    },
    restore: (from) => (restApis = load(from)),
    snapshot: () => ({
      format: state.format,
      version: state.version,
      restApis: restApis.values().map((api) => ({
        ...api.members,
        deployments: [...api.deployments.values()],
        documentationVersions: [...api.documentationVersions.values()],
        stages: [...api.stages.values()],
      })),
    }),
  };
}
