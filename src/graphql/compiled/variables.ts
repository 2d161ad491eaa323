import {
  getVariableValues,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

type Values = Record<string, unknown>;

/** Scalars that coerce a string to itself. */
const STRINGS = new Set(['ID', 'String']);

const isRequiredString = ({ type, defaultValue }: VariableDefinitionNode): boolean =>
  type.kind === Kind.NON_NULL_TYPE &&
  type.type.kind === Kind.NAMED_TYPE &&
  STRINGS.has(type.type.name.value) &&
  defaultValue === undefined;

/**
 * Returns the coercion of an operation's variables; its result is undefined if they are invalid. graphql-js looks up every
 * type in every request; most operations have required strings only, which stay as they are.
 */
export function coercionOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): (given: Values) => Values | undefined {
  const coerce = (given: Values) => getVariableValues(schema, variableDefinitions, given).coerced;
  if (!variableDefinitions.every(isRequiredString)) return coerce;
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return (given) => {
    const coerced: Values = {};
    for (const name of names) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (typeof value !== 'string') return coerce(given);
      coerced[name] = value;
    }
    return coerced;
  };
}
