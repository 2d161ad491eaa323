import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import type { Context } from '../context.ts';

type Listener = Required<GraphQLRequestListener<Context>>;
type Hook<Name extends keyof Listener> = (request: Parameters<Listener[Name]>[0]) => void;

/** Apollo Server's hooks of the same names. They have no state of a request: one listener serves all requests. */
export interface OperationHooks {
  /** Called before anything of the request is looked at. It must not throw. */
  readonly requestDidStart?: (request: GraphQLRequestContext<Context>) => void;
  /** Called for a valid operation. An error that it throws refuses the operation. */
  readonly didResolveOperation?: Hook<'didResolveOperation'>;
  /** Returns a response instead of executing the operation, or null. */
  readonly responseForOperation?: Listener['responseForOperation'];
  readonly didEncounterErrors?: Hook<'didEncounterErrors'>;
  readonly willSendResponse?: Hook<'willSendResponse'>;
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
  return {
    requestDidStart(request) {
      for (const hooks of all) hooks.requestDidStart?.(request);
      return started;
    },
  };
}
