import type { GraphQLRequest } from '@apollo/server';

/** With the value `ftv1`, Apollo's routers ask for the timings and errors of each field. */
export const TRACE_HEADER = 'apollo-federation-include-trace';

/** Whether the response may contain a trace, which describes this one request. */
export const wantsTrace = ({ http }: Pick<GraphQLRequest, 'http'>): boolean =>
  http?.headers.has(TRACE_HEADER) === true;
