import type { OperationHooks } from './combine-hooks.ts';

/** Adds the request's id to every error, for a search in the log: a router does not pass our headers on. */
export const requestIdInErrors: OperationHooks = {
  willSendResponse({ response: { body }, contextValue: { requestId } }) {
    if (body.kind !== 'single' || body.singleResult.errors === undefined) return;
    body.singleResult.errors = body.singleResult.errors.map((error) => ({
      ...error,
      extensions: { ...error.extensions, requestId },
    }));
  },
};
