import { GraphQLError } from 'graphql';
import type { StagegraphErrorCode } from '../__generated__/types.ts';

/** An error for the client, with one of the codes that the schema documents. */
export const gatewayError = (code: StagegraphErrorCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });
