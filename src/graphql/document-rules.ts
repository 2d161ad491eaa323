import {
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
  type ValidationRule,
} from 'graphql';
import { knownOperations } from './hooks/validation-rules.ts';
import { introspectionLimit } from './limits/introspection-limit.ts';
import type { Limits } from './limits/limits.ts';
import { operationLimits } from './limits/operation-limits.ts';

/** What the gateway asks of a document, beside the rules of GraphQL. */
export const documentRules = (schema: GraphQLSchema, limits: Limits): ValidationRule[] => [
  operationLimits(limits),
  introspectionLimit(schema),
  knownOperations,
];

/** Everything for which a document would be refused before it is executed. */
export function createDocumentCheck(
  schema: GraphQLSchema,
  limits: Limits,
): (text: string) => readonly GraphQLError[] {
  const rules = [...specifiedRules, ...documentRules(schema, limits)];
  return (text) => {
    try {
      return validate(schema, parse(text, { maxTokens: limits.tokens }), rules);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  };
}
