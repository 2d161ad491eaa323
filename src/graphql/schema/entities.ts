import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isUnionType,
} from 'graphql';
import { gatewayError } from '../../errors/gateway-error.ts';
import { isObject, memberOf } from '../../untrusted/unknown-value.ts';
import { TypedObject } from '../compiled/index.ts';

type ReferenceResolver = (reference: object, context: unknown, info: GraphQLResolveInfo) => unknown;
const isReferenceResolver = (value: unknown): value is ReferenceResolver => typeof value === 'function';

/** @apollo/subgraph stores it in the type's extensions. */
export function referenceResolverOf({ extensions }: GraphQLObjectType): ReferenceResolver | undefined {
  const found = ['apollo', 'subgraph', 'resolveReference'].reduce<unknown>(memberOf, extensions);
  return isReferenceResolver(found) ? found : undefined;
}

type EntitiesResolver = GraphQLFieldResolver<unknown, unknown, object, Promise<TypedObject | null>[]>;

/** Resolves each representation separately: with Apollo's resolver, one of an unknown type fails all of them. */
function entitiesResolver(schema: GraphQLSchema): EntitiesResolver {
  const union = schema.getType('_Entity');
  if (!isUnionType(union)) throw new Error('The schema has no entities.');
  const types = new Map<unknown, GraphQLObjectType>(union.getTypes().map((type) => [type.name, type]));
  const names = [...types.keys()].join(', ');

  async function resolve(representation: unknown, context: unknown, info: GraphQLResolveInfo) {
    const type = types.get(memberOf(representation, '__typename'));
    const resolveReference = type && referenceResolverOf(type);
    if (type === undefined || resolveReference === undefined || !isObject(representation)) {
      throw gatewayError('BAD_USER_INPUT', `A representation's __typename must be one of ${names}.`);
    }
    const object = await resolveReference(representation, context, info);
    return isObject(object) ? new TypedObject(type.name, object) : null;
  }

  return (_, args, context, info) => {
    const representations = memberOf(args, 'representations');
    return Array.isArray(representations)
      ? representations.map((representation) => resolve(representation, context, info))
      : [];
  };
}

/** A copy with `__typename`, by which graphql-js finds the type. Cached objects must not be changed. */
async function copyWithTypeName(entity: Promise<TypedObject | null>): Promise<object | null> {
  const typed = await entity;
  return typed && { ...typed.object, __typename: typed.typeName };
}

const uncopiedResolvers = new WeakMap<object, EntitiesResolver>();

/**
 * For callers that do not change what they get: the resolver of `_entities` that returns the cached objects themselves.
 * Undefined for other resolvers.
 */
export const uncopiedResolver = (resolve: object): EntitiesResolver | undefined =>
  uncopiedResolvers.get(resolve);

/** An error of one representation becomes null for this one only. Changes the schema. */
export function isolateEntityErrors(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()._entities;
  if (field === undefined) throw new Error('The schema has no entities.');
  const resolve = entitiesResolver(schema);
  const copying: typeof field.resolve = (source, args: object, context, info) =>
    resolve(source, args, context, info).map(copyWithTypeName);
  uncopiedResolvers.set(copying, resolve);
  field.resolve = copying;
  return schema;
}
