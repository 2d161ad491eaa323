import type { OperationHooks } from './combine-hooks.ts';

/** Executes the trusted document that a request names, whatever else it sends. */
export const executeTrusted: OperationHooks = {
  requestDidStart({ request, contextValue: { trustedText } }) {
    if (trustedText === undefined) return;
    request.query = trustedText;
    // Apollo Server would look for the id among automatic persisted queries.
    request.extensions = { ...request.extensions, persistedQuery: undefined };
  },
};
