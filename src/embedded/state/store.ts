import { createCollection, type Collection } from './collection.ts';
import type { Resource } from './resource.ts';
import type { Deployment, DocumentationVersion, RestApiState, Stage, State } from './state.ts';

type RestApiMembers = Omit<RestApiState, 'resources' | 'deployments' | 'documentationVersions' | 'stages'>;

export interface RestApi {
  members: RestApiMembers;
  readonly resources: Collection<Resource>;
  readonly deployments: Collection<Deployment>;
  readonly documentationVersions: Collection<DocumentationVersion>;
  readonly stages: Collection<Stage>;
}

/**
 * The state in memory. Operations are synchronous and replace items and `members` instead of modifying them, so that
 * every write is atomic and a snapshot does not change.
 */
export interface Store {
  readonly restApis: Collection<RestApi>;
  readonly snapshot: () => State;
  /** Replaces the state by a snapshot. */
  readonly restore: (state: State) => void;
}

export const toRestApi = ({
  resources,
  deployments,
  documentationVersions,
  stages,
  ...members
}: RestApiState): RestApi => ({
  members,
  resources: createCollection(resources, ({ id }) => id),
  deployments: createCollection(deployments, ({ id }) => id),
  documentationVersions: createCollection(documentationVersions, ({ version }) => version),
  stages: createCollection(stages, ({ stageName }) => stageName),
});

export function createStore(state: State): Store {
  const load = (from: State) => createCollection(from.restApis.map(toRestApi), (api) => api.members.id);
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
        resources: [...api.resources.values()],
        deployments: [...api.deployments.values()],
        documentationVersions: [...api.documentationVersions.values()],
        stages: [...api.stages.values()],
      })),
    }),
  };
}
