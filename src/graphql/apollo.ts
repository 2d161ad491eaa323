import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../app/logger.ts';
import { compiledQueries } from './compiled/index.ts';
import { stringifyResult } from './compiled/written-data.ts';
import type { Context } from './context.ts';
import { allShortcuts, type Shortcuts } from './execution-caches.ts';
import { combineHooks } from './hooks/combine-hooks.ts';
import { errorsInOrder } from './hooks/error-order.ts';
import { formatError, unexpectedErrorLog, withoutSuggestions } from './hooks/format-error.ts';
import { knownOperations } from './hooks/known-operations.ts';
import { recordOperation } from './hooks/record-operations.ts';
import { requestIdInErrors } from './hooks/request-id-in-errors.ts';
import { introspectionLimit } from './limits/introspection-limit.ts';
import type { Limits } from './limits/limits.ts';
import { operationLimits } from './limits/operation-limits.ts';
import { requestLimits } from './limits/request-limits.ts';
import { cachePolicies } from './response-cache/cache-hints.ts';
import { withoutServiceSdl } from './schema/service-sdl.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Whether the schema may be asked for; the Sandbox and code generators do. */
  readonly introspection: boolean;
  readonly limits: Limits;
  /** Whether an answer has a trace (`ftv1`) where the request asks for one: good where only routers can ask. */
  readonly traces: boolean;
  /** Whether caches between here and the client are told what they may keep; else nothing is kept. */
  readonly cacheHints?: boolean | undefined;
  /** All of them, where nothing is said. */
  readonly shortcuts?: Shortcuts | undefined;
}

/** Apollo Server, started, with everything on that protects it; it knows no HTTP framework. */
export async function createApollo(options: ApolloOptions): Promise<ApolloServer<Context>> {
  const { schema, logger, introspection, limits, traces, cacheHints = false } = options;
  const { shortcuts = allShortcuts } = options;
  const apollo = new ApolloServer<Context>({
    schema,
    introspection,
    // "Did you mean" tells the schema to who may not ask for it.
    hideSchemaDetailsFromClientErrors: !introspection,
    parseOptions: { maxLexicalTokens: limits.tokens },
    validationRules: [
      operationLimits(limits),
      introspectionLimit(schema),
      knownOperations,
      // Behind a router's secret only routers ask, and they may.
      ...(introspection || traces ? [] : [withoutServiceSdl]),
    ],
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    // Apollo's own setting above leaves the errors of variables as they are.
    formatError: introspection
      ? formatError
      : (formatted, error) => withoutSuggestions(formatError(formatted, error)),
    stringifyResult,
    // A cache of documents by hash, filled by anyone: not before somebody asks for it.
    persistedQueries: false,
    plugins: [
      // src/explorer has the pages.
      ApolloServerPluginLandingPageDisabled(),
      combineHooks([
        requestLimits(limits),
        unexpectedErrorLog,
        recordOperation,
        requestIdInErrors,
        errorsInOrder,
        ...(shortcuts.compiles ? [compiledQueries(schema, shortcuts)] : []),
        ...(cacheHints ? [cachePolicies(schema)] : []),
      ]),
      // A trace says where an error was, and not what.
      traces
        ? ApolloServerPluginInlineTrace({ includeErrors: { masked: true } })
        : ApolloServerPluginInlineTraceDisabled(),
      // It looks at every field of every answer; what it finds is in the document.
      ApolloServerPluginCacheControlDisabled(),
    ],
    // The process stops on its own signal handlers, which drain first.
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
