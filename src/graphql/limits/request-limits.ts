import type { GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { GraphQLError, type OperationDefinitionNode } from 'graphql';
import { gatewayError } from '../../errors/gateway-error.ts';
import { isObject } from '../../untrusted/unknown-value.ts';
import type { Context } from '../context.ts';
import { fragmentDefinitions } from '../documents/fragment-definitions.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { type LimitName, type Limits, tooLarge } from './limits.ts';
import { type ResponseSize, responseSizeOf } from './response-size.ts';

const refusal = (limit: LimitName, limits: Limits, count?: number): GraphQLError => {
  const { message, extensions } = gatewayError('OPERATION_TOO_LARGE', tooLarge(limit, limits, count));
  return new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });
};

/** Checks every list and object of the variables, level by level: deep variables would overflow the stack of a recursion. */
function checkVariables(
  { representations = [], ...variables }: Record<string, unknown>,
  limits: Limits,
): void {
  // `representations` has a limit of its own.
  let level: object[] = [
    variables,
    ...(Array.isArray(representations) ? representations.filter(isObject) : []),
  ];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limits.variableDepth) throw refusal('variableDepth', limits);
    const next: object[] = [];
    for (const container of level) {
      if (Array.isArray(container) && container.length > limits.listSize) {
        throw refusal('listSize', limits, container.length);
      }
      for (const value of Object.values<unknown>({ ...container })) if (isObject(value)) next.push(value);
    }
    level = next;
  }
}

function sizeOf(
  { schema, document, request }: GraphQLRequestContextDidResolveOperation<Context>,
  operation: OperationDefinitionNode,
  known: WeakMap<OperationDefinitionNode, ResponseSize>,
): ResponseSize {
  const found = known.get(operation);
  if (found !== undefined) return found;
  const { variables = {} } = request;
  const size = responseSizeOf({ schema, operation, fragments: fragmentDefinitions(document), variables });
  if (size.isFixed) known.set(operation, size);
  return size;
}

function checkSize(size: ResponseSize, limits: Limits): void {
  if (size.representations > limits.representations) {
    throw refusal('representations', limits, size.representations);
  }
  if (size.fields > limits.answerFields) throw refusal('answerFields', limits, size.fields);
}

/** The limits that depend on variables, checked before execution. */
export function requestLimits(limits: Limits): OperationHooks {
  // Apollo Server caches the documents within bounds.
  const sizes = new WeakMap<OperationDefinitionNode, ResponseSize>();
  return {
    didResolveOperation(context) {
      checkVariables(context.request.variables ?? {}, limits);
      const { operation } = context;
      if (operation !== undefined) checkSize(sizeOf(context, operation, sizes), limits);
    },
  };
}
