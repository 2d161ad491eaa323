import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { oncePer } from '../../memoize/once-per.ts';

/** Fragments by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The named fragments of a document. */
export const fragmentDefinitions = oncePer(({ definitions }: DocumentNode): Fragments => {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
});

/** The names of the variables that `@skip` and `@include` use. */
export const conditionsOf = oncePer((document: DocumentNode): readonly string[] => {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args = [] }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
});

/** Another operation of the document may use the name for a variable that is not Boolean. */
const markOf = (value: unknown): string => (value === true ? '1' : value === false ? '0' : '-');

/** Identifies the fields that an operation of a document selects: its name, and one character for each condition. */
export const conditionKey = (
  operation: OperationDefinitionNode,
  conditions: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): string => `${operation.name?.value ?? ''} ${conditions.map((name) => markOf(variables[name])).join('')}`;
