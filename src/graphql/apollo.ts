import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { Logger } from '../app/logger.ts';
import { nodeTypeOf } from '../resolvers/node.ts';
import { compiledQueries, stringifyResult } from './compiled/index.ts';
import type { Context } from './context.ts';
import { documentRules } from './document-rules.ts';
import { allExecutionCaches, type ExecutionCaches } from './execution-caches.ts';
import { combineHooks } from './hooks/combine-hooks.ts';
import { executeTrusted } from './hooks/execute-trusted.ts';
import { formatError, logUnexpectedErrors, withoutSuggestions } from './hooks/format-error.ts';
import { addPartialErrors } from './hooks/partial-errors.ts';
import { recordOperations } from './hooks/record-operations.ts';
import { completeErrors } from './hooks/response-errors.ts';
import { withoutServiceSdl } from './hooks/validation-rules.ts';
import type { Limits } from './limits/limits.ts';
import { requestLimits } from './limits/request-limits.ts';
import { createAutomaticDocuments } from './persisted-documents/automatic.ts';
import { cacheableResponses } from './response-cache/cacheable-responses.ts';
import { uncopiedResolver } from './schema/entities.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Whether clients may query the schema, as the Sandbox and code generators do. */
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Whether a response contains a trace (`ftv1`) on request. Only if all clients are routers. */
  readonly traces: boolean;
  /** Whether responses have a `Cache-Control` policy. */
  readonly cacheHints?: boolean | undefined;
  /** All by default. */
  readonly executionCaches?: ExecutionCaches | undefined;
}

const compilation = {
  permissionsOf: ({ caller }: Context) => caller.permissions,
  resolverFor: (resolve: GraphQLFieldResolver<unknown, unknown>) => uncopiedResolver(resolve) ?? resolve,
  typeNameOf: nodeTypeOf,
};

/** Starts Apollo Server with all limits and hooks. It knows no HTTP framework. */
export async function createApollo(options: ApolloOptions): Promise<ApolloServer<Context>> {
  const { schema, logger, introspection, limits, traces, cacheHints = false } = options;
  const { executionCaches = allExecutionCaches } = options;
  // hideSchemaDetailsFromClientErrors does not cover errors of variables.
  const format: typeof formatError = introspection
    ? formatError
    : (formatted, error) => withoutSuggestions(formatError(formatted, error));
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationRules: [
      ...documentRules(schema, limits),
      // With a router's secret all clients are routers, which compose the SDL.
      ...(introspection || traces ? [] : [withoutServiceSdl]),
    ],
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    formatError: format,
    stringifyResult,
    persistedQueries: { cache: createAutomaticDocuments() },
    plugins: [
      // src/explorer serves the pages.
      ApolloServerPluginLandingPageDisabled(),
      combineHooks([
        executeTrusted,
        requestLimits(limits),
        logUnexpectedErrors,
        addPartialErrors(format),
        recordOperations,
        completeErrors,
        ...(executionCaches.plans
          ? [compiledQueries(schema, { ...compilation, cachesFragments: executionCaches.fragments })]
          : []),
        ...(cacheHints || executionCaches.responses ? [cacheableResponses(schema, cacheHints)] : []),
      ]),
      // A trace shows where an error happened, but not its message.
      traces
        ? ApolloServerPluginInlineTrace({ includeErrors: { masked: true } })
        : ApolloServerPluginInlineTraceDisabled(),
      // response-cache/cache-policy.ts says why.
      ApolloServerPluginCacheControlDisabled(),
    ],
    // src/app handles signals, and drains first.
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: {
      debug: (message) => logger.debug({}, String(message)),
      info: (message) => logger.info({}, String(message)),
      warn: (message) => logger.warn({}, String(message)),
      error: (message) => logger.error({}, String(message)),
    },
  });
  await apollo.start();
  return apollo;
}
