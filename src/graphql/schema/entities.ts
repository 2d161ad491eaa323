import { type GraphQLObjectType, type GraphQLResolveInfo, type GraphQLSchema, isUnionType } from 'graphql';
import { gatewayError } from '../../errors/gateway-error.ts';
import { isObject, memberOf } from '../../untrusted/unknown-value.ts';

/** What a representation stands for. The object is shared by all who ask for it. */
export class Entity {
  readonly typeName: string;
  readonly object: object;

  constructor(typeName: string, object: object) {
    this.typeName = typeName;
    this.object = object;
  }
}

type ReferenceResolver = (reference: object, context: unknown, info: GraphQLResolveInfo) => unknown;
const isReferenceResolver = (value: unknown): value is ReferenceResolver => typeof value === 'function';

/** Where @apollo/subgraph keeps it. */
export function referenceResolverOf({ extensions }: GraphQLObjectType): ReferenceResolver | undefined {
  const found = ['apollo', 'subgraph', 'resolveReference'].reduce<unknown>(memberOf, extensions);
  return isReferenceResolver(found) ? found : undefined;
}

type EntitiesResolver = (
  source: unknown,
  args: object,
  context: unknown,
  info: GraphQLResolveInfo,
) => Promise<Entity | null>[];

/** Resolves each representation by itself: Apollo's resolver fails for all where one is of no entity of ours. */
function entitiesResolver(schema: GraphQLSchema): EntitiesResolver {
  const union = schema.getType('_Entity');
  if (!isUnionType(union)) throw new Error('the schema has no entities');
  const types = new Map<unknown, GraphQLObjectType>(union.getTypes().map((type) => [type.name, type]));
  const names = [...types.keys()].join(', ');

  async function resolve(representation: unknown, context: unknown, info: GraphQLResolveInfo) {
    const type = types.get(memberOf(representation, '__typename'));
    const resolveReference = type && referenceResolverOf(type);
    if (type === undefined || resolveReference === undefined || !isObject(representation)) {
      throw gatewayError('BAD_USER_INPUT', `A representation's __typename must be one of ${names}.`);
    }
    const object = await resolveReference(representation, context, info);
    return isObject(object) ? new Entity(type.name, object) : null;
  }

  return (_, args, context, info) => {
    const representations = memberOf(args, 'representations');
    return Array.isArray(representations)
      ? representations.map((representation) => resolve(representation, context, info))
      : [];
  };
}

/** A fresh object, with its type's name in it, for graphql-js to find the type by. */
async function typed(coming: Promise<Entity | null>): Promise<object | null> {
  const entity = await coming;
  return entity && { ...entity.object, __typename: entity.typeName };
}

/** By the resolver of `_entities`: the same without copies. */
const sharing = new WeakMap<object, EntitiesResolver>();

/** For who changes nothing of what it gets: a resolver that gives Entities, whose objects all share; undefined for any other field. */
export const uncopiedResolver = (resolve: object): EntitiesResolver | undefined => sharing.get(resolve);

/** Lets one representation fail by itself. Changes the schema. */
export function isolateEntityErrors(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()._entities;
  if (field === undefined) throw new Error('the schema has no entities');
  const resolve = entitiesResolver(schema);
  const copying: typeof field.resolve = (source, args: object, context, info) =>
    resolve(source, args, context, info).map(typed);
  sharing.set(copying, resolve);
  field.resolve = copying;
  return schema;
}
