import { Kind, type TypeNode } from 'graphql';

/** The name of a type without its lists and non-nulls. */
export const nameOfType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOfType(type.type);
