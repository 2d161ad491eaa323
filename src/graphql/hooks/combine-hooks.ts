import type {
  ApolloServerPlugin,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestContextWillSendResponse,
  GraphQLRequestListener,
  GraphQLResponse,
} from '@apollo/server';
import type { Context } from '../context.ts';

/** What is done at Apollo Server's hooks of the same names. It keeps nothing of a request: one listener does for all. */
export interface OperationHooks {
  /** The operation fits the schema. What this throws refuses it. */
  readonly didResolveOperation?: (request: GraphQLRequestContextDidResolveOperation<Context>) => void;
  /** An answer, before anything is executed; null: execute it. */
  readonly responseForOperation?: (
    request: GraphQLRequestContextResponseForOperation<Context>,
  ) => Promise<GraphQLResponse | null>;
  readonly didEncounterErrors?: (request: GraphQLRequestContextDidEncounterErrors<Context>) => void;
  readonly willSendResponse?: (request: GraphQLRequestContextWillSendResponse<Context>) => void;
}

const DONE = Promise.resolve();

/** All of these, in their order, as one plugin: Apollo Server waits for every hook of every plugin. */
export function combineHooks(all: readonly OperationHooks[]): ApolloServerPlugin<Context> {
  const [answers, ...more] = all.flatMap(({ responseForOperation }) => responseForOperation ?? []);
  if (more.length > 0) throw new Error('only one of the hooks may answer');
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation(request) {
      for (const hooks of all) hooks.didResolveOperation?.(request);
      return DONE;
    },
    ...(answers === undefined ? {} : { responseForOperation: answers }),
    didEncounterErrors(request) {
      for (const hooks of all) hooks.didEncounterErrors?.(request);
      return DONE;
    },
    willSendResponse(request) {
      for (const hooks of all) hooks.willSendResponse?.(request);
      return DONE;
    },
  };
  const started = Promise.resolve(listener);
  return { requestDidStart: () => started };
}
