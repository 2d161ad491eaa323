import {
  ApolloClient,
  ApolloLink,
  type DocumentNode,
  type FieldPolicy,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { problemsOf } from './problem.ts';
import { bearerToken, refuse } from './session.ts';

/** A page that continues another one is added to it; any other replaces what was there. */
interface Connection {
  readonly nodes?: readonly unknown[];
}
const pages = (keyArgs: string[]): FieldPolicy<Connection | null> => ({
  keyArgs,
  merge: (existing, incoming, { args }) =>
    typeof args?.after === 'string' && incoming !== null
      ? { ...incoming, nodes: [...(existing?.nodes ?? []), ...(incoming.nodes ?? [])] }
      : incoming,
});

/** Parts of a stage, which belong to it alone. */
const part = { merge: true };

/** All payloads of the changes that the page makes. */
const payloads = [
  'SetCanarySettingsPayload',
  'PromoteCanaryPayload',
  'RemoveCanaryPayload',
  'SetMethodSettingPayload',
  'SetStageVariablesPayload',
  'PatchStagePayload',
  'RevertStagePayload',
  'CopyStageSettingsPayload',
  'RecordStageBaselinePayload',
];

/** The SHA-256 of a document's text, as the manifest has it, which the gateway knows. */
function hashOf(document: DocumentNode): string {
  const meta: unknown = '__meta__' in document ? document.__meta__ : undefined;
  if (typeof meta === 'object' && meta !== null && 'hash' in meta && typeof meta.hash === 'string') {
    return meta.hash.replace(/^sha256:/, '');
  }
  throw new Error('The document is not in the manifest.');
}

/** A gateway that does not know the page's documents, as one of another version, is sent their texts. */
const isUnknown = ({ meta }: PersistedQueryLink.DisableFunctionOptions): boolean =>
  meta.persistedQueryNotFound || meta.persistedQueryNotSupported;

export const createClient = (): ApolloClient =>
  new ApolloClient({
    clientAwareness: { name: 'stagegraph-console' },
    link: ApolloLink.from([
      new ErrorLink(({ error }) => {
        const refusal = problemsOf(error).find(({ code }) => code === 'UNAUTHENTICATED');
        if (refusal !== undefined) refuse(refusal.message);
      }),
      new SetContextLink(() => {
        const token = bearerToken();
        return token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
      }),
      new PersistedQueryLink({ generateHash: hashOf, disable: isUnknown, retry: isUnknown }),
      new HttpLink({ uri: '/graphql' }),
    ]),
    cache: new InMemoryCache({
      possibleTypes: { StageChangePayload: payloads },
      typePolicies: {
        Query: {
          fields: {
            stageInventory: pages(['where', 'orderBy', 'first']),
            restApis: pages(['account', 'region', 'first']),
          },
        },
        Stage: {
          fields: { history: pages(['first']), canarySettings: part, accessLogSettings: part },
        },
        RestApi: { fields: { deployments: pages(['first']) } },
      },
    }),
  });
