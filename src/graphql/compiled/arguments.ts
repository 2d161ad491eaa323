import {
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

type Values = Record<string, unknown>;

function isConstant(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return false;
  if (value.kind === Kind.LIST) return value.values.every(isConstant);
  return value.kind !== Kind.OBJECT || value.fields.every((field) => isConstant(field.value));
}

/**
 * Returns a function from a run's variables to a field's arguments. graphql-js looks up every type and default in every
 * request; here constants are computed once, and an argument that is a variable takes its value: the variable is coerced,
 * and validation has compared the types.
 */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Values,
): (variables: Values) => Values {
  const given = node.arguments ?? [];
  const direct = given.flatMap(({ name, value }) =>
    value.kind === Kind.VARIABLE ? [{ argument: name.value, variable: value.name.value }] : [],
  );
  const isSimple = given.every(({ value }) => value.kind === Kind.VARIABLE || isConstant(value));
  if (!isSimple) return (values) => getArgumentValues(field, node, values);
  const rest = field.args.filter(({ name }) => direct.every(({ argument }) => argument !== name));
  const constants = getArgumentValues({ ...field, args: rest }, node, variables);
  return (values) => {
    const args = { ...constants };
    for (const { argument, variable } of direct) {
      const value = Object.hasOwn(values, variable) ? values[variable] : null;
      // graphql-js applies defaults and refuses null.
      if (value == null) return getArgumentValues(field, node, values);
      args[argument] = value;
    }
    return args;
  };
}

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
