import { unwrapResolverError } from '@apollo/server/errors';
import { CallAborted } from '../../errors/call-aborted.ts';
import { UpstreamError } from '../../errors/upstream-error.ts';
import type { OperationHooks } from './combine-hooks.ts';

/**
 * Logs the errors that `formatError` masks, with the request's id. A failed call to AWS is logged where it happens; a client
 * that disconnects is no error.
 */
export const logUnexpectedErrors: OperationHooks = {
  didEncounterErrors({ errors, contextValue }) {
    for (const error of errors) {
      const cause = unwrapResolverError(error);
      const isExpected =
        cause instanceof UpstreamError || cause instanceof CallAborted || error.extensions.code !== undefined;
      if (!isExpected) contextValue.logger.error({ err: cause, path: error.path }, 'unexpected error');
    }
  },
};
