import { type DocumentNode, Kind, type OperationDefinitionNode, visit } from 'graphql';

/** Names of the variables that `@skip` and `@include` look at. */
export function conditionsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** The conditions of a valid operation are Boolean; graphql-js refuses what else comes. */
const markOf = (value: unknown): string => (value === true ? '1' : value === false ? '0' : '-');

/**
 * What the fields that are asked for depend on, of a document: which operation it is, and under which conditions. One mark
 * for each condition, whatever its value: another operation of the document may have a text of the same name.
 */
export const conditionKey = (
  operation: OperationDefinitionNode,
  conditions: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): string => `${operation.name?.value ?? ''} ${conditions.map((name) => markOf(variables[name])).join('')}`;
