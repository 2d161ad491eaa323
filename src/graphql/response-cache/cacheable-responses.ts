import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Dependencies } from '../../cache/dependencies.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { wantsTrace } from '../hooks/wants-trace.ts';
import { type CachePolicy, createCachePolicies } from './cache-policy.ts';

/** A successful query, of which all dependencies are known. */
export interface CacheableResponse {
  readonly operationName: string | null;
  readonly dependencies: Dependencies;
  /** How caches between the gateway and the client may store it; undefined: not at all. */
  readonly policy: CachePolicy | undefined;
}

/** Reports cacheable responses, however they were executed. Without `cacheHints` none has a policy. */
export function cacheableResponses(schema: GraphQLSchema, cacheHints: boolean): OperationHooks {
  const policyOf = cacheHints ? createCachePolicies(schema) : () => undefined;
  return {
    willSendResponse({ document, operation, operationName, request, response: { body }, contextValue }) {
      if (document === undefined || operation?.operation !== OperationTypeNode.QUERY) return;
      if (body.kind !== 'single' || body.singleResult.errors !== undefined || wantsTrace(request)) return;
      const dependencies = contextValue.dependencies();
      if (dependencies === undefined) return;
      const policy = policyOf({ document, operation, variables: request.variables ?? {} });
      contextValue.reportCacheable({ operationName: operationName ?? null, dependencies, policy });
    },
  };
}
