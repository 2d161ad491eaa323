import type { GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { GraphQLError, type OperationDefinitionNode } from 'graphql';
import { gatewayError } from '../../errors/gateway-error.ts';
import { isObject } from '../../untrusted/unknown-value.ts';
import type { Context } from '../context.ts';
import { fragmentDefinitions } from '../documents/fragment-definitions.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { type AnswerSize, answerSizeOf } from './answer-size.ts';
import { type LimitName, type Limits, tooLarge } from './limits.ts';

const refusal = (limit: LimitName, limits: Limits, found?: number): GraphQLError => {
  const { message, extensions } = gatewayError('OPERATION_TOO_LARGE', tooLarge(limit, limits, found));
  return new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });
};

/** Looks at every list and object of the variables, level by level: a stack of its own would be theirs to exhaust. */
function checkVariables(
  { representations = [], ...variables }: Record<string, unknown>,
  limits: Limits,
): void {
  // A router's own list, which has a limit of its own.
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
  known: WeakMap<OperationDefinitionNode, AnswerSize>,
): AnswerSize {
  const found = known.get(operation);
  if (found !== undefined) return found;
  const { variables = {} } = request;
  const size = answerSizeOf({ schema, operation, fragments: fragmentDefinitions(document), variables });
  if (size.isFixed) known.set(operation, size);
  return size;
}

function checkAnswer(size: AnswerSize, limits: Limits): void {
  if (size.representations > limits.representations) {
    throw refusal('representations', limits, size.representations);
  }
  if (size.fields > limits.answerFields) throw refusal('answerFields', limits, size.fields);
}

/** The limits of a request with its variables, kept before anything is executed. */
export function requestLimits(limits: Limits): OperationHooks {
  // Apollo keeps the documents, and bounds them: with one its operations go.
  const sizes = new WeakMap<OperationDefinitionNode, AnswerSize>();
  return {
    didResolveOperation(context) {
      checkVariables(context.request.variables ?? {}, limits);
      const { operation } = context;
      if (operation !== undefined) checkAnswer(sizeOf(context, operation, sizes), limits);
    },
  };
}
