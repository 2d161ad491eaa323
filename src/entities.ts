import { type GraphQLResolveInfo, type GraphQLSchema, isUnionType } from 'graphql';
import { gatewayError } from './errors.ts';
import { memberOf } from './unknown-value.ts';

type EntitiesResolver = (
  source: unknown,
  args: { readonly representations: readonly unknown[] },
  context: unknown,
  info: GraphQLResolveInfo,
) => readonly unknown[];
const isEntitiesResolver = (value: unknown): value is EntitiesResolver => typeof value === 'function';

/**
 * Lets one representation of something that is no entity of ours fail by itself: Apollo's resolver fails for all of them.
 * Changes the schema.
 */
export function resolveEntitiesApart(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()._entities;
  const union = schema.getType('_Entity');
  if (field === undefined || !isEntitiesResolver(field.resolve) || !isUnionType(union)) {
    throw new Error('the schema has no entities');
  }
  const resolveAll = field.resolve;
  const names = union.getTypes().map(({ name }) => name);
  const noEntity = gatewayError(
    'BAD_USER_INPUT',
    `A representation's __typename must be one of ${names.join(', ')}.`,
  );
  const known: readonly unknown[] = names;

  const resolveApart: EntitiesResolver = (source, { representations }, context, info) =>
    representations.map((representation) => {
      if (!known.includes(memberOf(representation, '__typename'))) return noEntity;
      return resolveAll(source, { representations: [representation] }, context, info)[0];
    });
  field.resolve = resolveApart;
  return schema;
}
