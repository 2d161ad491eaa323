import { type FieldNode, getArgumentValues, type GraphQLField, Kind, type ValueNode } from 'graphql';

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
