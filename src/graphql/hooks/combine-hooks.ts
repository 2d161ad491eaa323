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

/** Apollo Server's hooks of the same names. They have no state of a request: one listener serves all requests. */
export interface OperationHooks {
  /** Called for a valid operation. An error that it throws refuses the operation. */
  readonly didResolveOperation?: (request: GraphQLRequestContextDidResolveOperation<Context>) => void;
  /** Returns a response instead of executing the operation, or null. */
  readonly responseForOperation?: (
    request: GraphQLRequestContextResponseForOperation<Context>,
  ) => Promise<GraphQLResponse | null>;
  readonly didEncounterErrors?: (request: GraphQLRequestContextDidEncounterErrors<Context>) => void;
  readonly willSendResponse?: (request: GraphQLRequestContextWillSendResponse<Context>) => void;
}

const DONE = Promise.resolve();

/** Combines hooks, in their order, to one plugin: Apollo Server awaits every hook of every plugin. */
export function combineHooks(all: readonly OperationHooks[]): ApolloServerPlugin<Context> {
  const [responseForOperation, ...more] = all.flatMap((hooks) => hooks.responseForOperation ?? []);
  if (more.length > 0) throw new Error('Only one of the hooks may have responseForOperation.');
  const listener: GraphQLRequestListener<Context> = {
    didResolveOperation(request) {
      for (const hooks of all) hooks.didResolveOperation?.(request);
      return DONE;
    },
    ...(responseForOperation === undefined ? {} : { responseForOperation }),
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
