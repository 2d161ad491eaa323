import { ApolloClient, ApolloLink, type FieldPolicy, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
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
      new HttpLink({ uri: '/graphql' }),
    ]),
    cache: new InMemoryCache({
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
