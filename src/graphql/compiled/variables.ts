import {
  getVariableValues,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

type Values = Record<string, unknown>;

/** Scalars of GraphQL's own that leave a text as it is. */
const TEXTS = new Set(['ID', 'String']);

const mustBeText = ({ type, defaultValue }: VariableDefinitionNode): boolean =>
  type.kind === Kind.NON_NULL_TYPE &&
  type.type.kind === Kind.NAMED_TYPE &&
  TEXTS.has(type.type.name.value) &&
  defaultValue === undefined;

/**
 * How an operation's variables are coerced: undefined where they do not fit. graphql-js looks at every type each time; most
 * variables are texts that must be there, which stay as they are.
 */
export function coercionOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): (given: Values) => Values | undefined {
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  const areTexts = variableDefinitions.every(mustBeText);
  const coerce = (given: Values) => getVariableValues(schema, variableDefinitions, given).coerced;
  if (!areTexts) return coerce;
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
