import { GraphQLError, type OperationDefinitionNode } from 'graphql';
import { isObject } from '../../untrusted/unknown-value.ts';
import { fragmentDefinitions } from '../documents/index.ts';
import type { OperationHooks } from '../hooks/combine-hooks.ts';
import { type LimitName, type Limits, tooLarge } from './limits.ts';
import { OPERATION_TOO_LARGE } from './operation-limits.ts';
import { type ResponseSize, responseSizeOf } from './response-size.ts';

const refusal = (limit: LimitName, limits: Limits, count?: number): GraphQLError =>
  new GraphQLError(tooLarge(limit, limits, count), {
    extensions: { code: OPERATION_TOO_LARGE, http: { status: 400 } },
  });

/** Checks every list and object of the variables, level by level: deep variables would overflow the stack of a recursion. */
function checkVariables(
  { representations = [], ...variables }: Record<string, unknown>,
  limits: Limits,
): void {
  // `representations` has a limit of its own.
  let level = [variables, ...(Array.isArray(representations) ? representations.filter(isObject) : [])];
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

/** The limits that depend on variables, checked before execution. */
export function requestLimits(limits: Limits): OperationHooks {
  // Apollo Server caches the documents within bounds.
  const sizes = new WeakMap<OperationDefinitionNode, ResponseSize>();
  return {
    didResolveOperation({ schema, document, operation, request: { variables = {} } }) {
      checkVariables(variables, limits);
      if (operation === undefined) return;
      const fragments = fragmentDefinitions(document);
      const size = sizes.get(operation) ?? responseSizeOf({ schema, operation, fragments, variables });
      if (size.isFixed) sizes.set(operation, size);
      const { representations, fields } = size;
      if (representations > limits.representations) {
        throw refusal('representations', limits, representations);
      }
      if (fields > limits.answerFields) throw refusal('answerFields', limits, fields);
    },
  };
}
