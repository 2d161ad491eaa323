import { type FieldNode, getArgumentValues, type GraphQLField, Kind, type ValueNode } from 'graphql';

type Values = Record<string, unknown>;

/** Whether a value is the same in every run. */
function isFixed(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return false;
  if (value.kind === Kind.LIST) return value.values.every(isFixed);
  return value.kind !== Kind.OBJECT || value.fields.every((field) => isFixed(field.value));
}

/**
 * A field's arguments by the variables of a run, as graphql-js finds them: it looks at every type and default each time.
 * A variable that is an argument by itself has been coerced, and fits, or the operation would not be valid.
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
  const isPlain = given.every(({ value }) => value.kind === Kind.VARIABLE || isFixed(value));
  if (!isPlain) return (values) => getArgumentValues(field, node, values);
  const rest = field.args.filter(({ name }) => direct.every(({ argument }) => argument !== name));
  const fixed = getArgumentValues({ ...field, args: rest }, node, variables);
  return (values) => {
    const args = { ...fixed };
    for (const { argument, variable } of direct) {
      const value = Object.hasOwn(values, variable) ? values[variable] : null;
      // Defaults, and where none may be null, are graphql-js's.
      if (value == null) return getArgumentValues(field, node, values);
      args[argument] = value;
    }
    return args;
  };
}
