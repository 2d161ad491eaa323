import type { Account, ClientCertificate } from './account.ts';
import { createCollection, type Collection } from './collection.ts';
import type { DocumentationPart } from './documentation-part.ts';
import type { Resource } from './resource.ts';
import type { Deployment, DocumentationVersion, RestApiState, Stage, State } from './state.ts';

type RestApiMembers = Omit<
  RestApiState,
  'resources' | 'deployments' | 'documentationParts' | 'documentationVersions' | 'stages'
>;

export interface RestApi {
  members: RestApiMembers;
  resources: Collection<Resource>;
  readonly deployments: Collection<Deployment>;
  documentationParts: Collection<DocumentationPart>;
  readonly documentationVersions: Collection<DocumentationVersion>;
  readonly stages: Collection<Stage>;
}

/**
 * The state in memory. Operations are synchronous and replace items and `members` instead of modifying them, so that
 * every write is atomic and a snapshot does not change.
 */
export interface Store {
  account: Account;
  readonly clientCertificates: Collection<ClientCertificate>;
  readonly restApis: Collection<RestApi>;
  readonly snapshot: () => State;
  /** Replaces the state by a snapshot. */
  readonly restore: (state: State) => void;
}

export const toRestApi = ({
  resources,
  deployments,
  documentationParts,
  documentationVersions,
  stages,
  ...members
}: RestApiState): RestApi => ({
  members,
  resources: createCollection(resources, ({ id }) => id),
  deployments: createCollection(deployments, ({ id }) => id),
  documentationParts: createCollection(documentationParts, ({ id }) => id),
  documentationVersions: createCollection(documentationVersions, ({ version }) => version),
  stages: createCollection(stages, ({ stageName }) => stageName),
});

/** Whether an API, a certificate or a part of an API has this id. */
export const isIdTaken = ({ restApis, clientCertificates }: Store, id: string): boolean =>
  restApis.get(id) !== undefined ||
  clientCertificates.get(id) !== undefined ||
  restApis
    .values()
    .some((api) => [api.resources, api.deployments, api.documentationParts].some((items) => items.get(id)));

export function createStore(state: State): Store {
  const load = (from: State) => ({
    account: from.account,
    clientCertificates: createCollection(
      from.clientCertificates,
      ({ clientCertificateId }) => clientCertificateId,
    ),
    restApis: createCollection(from.restApis.map(toRestApi), (api) => api.members.id),
  });
  let current = load(state);
  return {
    get account() {
      return current.account;
    },
    set account(account) {
      current.account = account;
    },
    get clientCertificates() {
      return current.clientCertificates;
    },
    get restApis() {
      return current.restApis;
    },
    restore: (from) => (current = load(from)),
    snapshot: () => ({
      format: state.format,
      version: state.version,
      account: current.account,
      clientCertificates: [...current.clientCertificates.values()],
      restApis: current.restApis.values().map((api) => ({
        ...api.members,
        resources: [...api.resources.values()],
        deployments: [...api.deployments.values()],
        documentationParts: [...api.documentationParts.values()],
        documentationVersions: [...api.documentationVersions.values()],
        stages: [...api.stages.values()],
      })),
    }),
  };
}
