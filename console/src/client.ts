import {
  ApolloClient,
  ApolloLink,
  type DocumentNode,
  type FieldMergeFunction,
  type FieldPolicy,
  HttpLink,
  InMemoryCache,
  isReference,
} from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { problemsOf } from './problem.ts';
import { bearerToken, refuse } from './session.ts';

interface Connection {
  readonly nodes?: readonly unknown[];
}
type Page = Connection | null;

/** A page that continues another one is added to it; any other replaces what was there, or goes in front of it. */
const pages = (
  keyArgs: string[],
  renew: FieldMergeFunction<Page> = (_, first) => first,
): FieldPolicy<Page> => ({
  keyArgs,
  merge: (existing, incoming, options) =>
    typeof options.args?.after === 'string' && incoming !== null
      ? { ...incoming, nodes: [...(existing?.nodes ?? []), ...(incoming.nodes ?? [])] }
      : renew(existing, incoming, options),
});

/** The first page of a history, read anew, leaves the older entries that are shown: they never change. */
const renewHistory: FieldMergeFunction<Page> = (existing, incoming, { readField }) => {
  const [shown, read] = [existing?.nodes ?? [], incoming?.nodes ?? []];
  const idOf = (node: unknown) => (isReference(node) ? readField('id', node) : undefined);
  const last = idOf(read.at(-1));
  const index = last === undefined ? -1 : shown.findIndex((node) => idOf(node) === last);
  return index === -1 ? incoming : { ...existing, nodes: [...read, ...shown.slice(index + 1)] };
};

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
            restApis: pages(['account', 'region', 'nameContains', 'first']),
          },
        },
        Stage: {
          fields: { history: pages(['first'], renewHistory), canarySettings: part, accessLogSettings: part },
        },
        RestApi: { fields: { deployments: pages(['first']) } },
      },
    }),
  });
