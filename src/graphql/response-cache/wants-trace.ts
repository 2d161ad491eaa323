import type { GraphQLRequest } from '@apollo/server';

/** Apollo's routers ask by it, with `ftv1`, for the timings and errors of each field. */
export const TRACE_HEADER = 'apollo-federation-include-trace';

/** Whether an answer may have a trace in it, which is of this one request: nothing of it is another's. */
export const wantsTrace = ({ http }: Pick<GraphQLRequest, 'http'>): boolean =>
  http?.headers.has(TRACE_HEADER) === true;
