import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { gatewayError } from '../../errors/gateway-error.ts';
import { pure } from '../../resolvers/pure-resolver.ts';
import type { Context } from '../context.ts';
import { referenceResolverOf } from './entities.ts';
import type { Requirement, ScopeDeclarations } from './scope-declarations.ts';

const words = (requirement: Requirement): string =>
  requirement.map((all) => all.map((scope) => `"${scope}"`).join(' and ')).join(' or ');

const forbidden = (what: string, requirement: Requirement) =>
  gatewayError('FORBIDDEN', `${what} needs a token with the scope ${words(requirement)}.`);

/** The audit log and CloudTrail name who made a change. */
const needsSubject = (what: string) =>
  gatewayError(
    'FORBIDDEN',
    `${what} needs a token that names its subject, in the claim sub, client_id or azp.`,
  );

/** A value that may not be seen is null, where the schema lets it be; all else that may not be done is an error. */
function guardField(
  { name: typeName }: GraphQLObjectType,
  field: GraphQLField<unknown, Context>,
  requirement: Requirement,
  isChange: boolean,
): void {
  const { resolve = defaultFieldResolver, type, name } = field;
  const isWithheld = !isNonNullType(type) && isLeafType(type);
  const guarded: typeof resolve = (parent, args, context, info) => {
    const { hasScopes, isAnonymous, subject } = context.caller;
    if (!hasScopes(requirement)) {
      if (isWithheld) return null;
      throw forbidden(`${typeName}.${name}`, requirement);
    }
    if (isChange && !isAnonymous && subject === null) throw needsSubject(`${typeName}.${name}`);
    return resolve(parent, args, context, info);
  };
  field.resolve = resolve === defaultFieldResolver ? pure(guarded) : guarded;
}

/** A type is protected where routers enter it: as an entity. What leads to it otherwise has declarations of its own. */
function guardReferences(type: GraphQLObjectType, requirement: Requirement): void {
  const resolveReference = referenceResolverOf(type);
  if (resolveReference === undefined) throw new Error(`${type.name} has scopes, and is no entity`);
  const guarded = (reference: object, context: Context, info: GraphQLResolveInfo): unknown => {
    // Thrown, it would be the error of all references together.
    if (!context.caller.hasScopes(requirement)) return Promise.reject(forbidden(type.name, requirement));
    return resolveReference(reference, context, info);
  };
  type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference: guarded } } };
}

/** An object type of ours: all resolvers get the same context. */
const isObject = (type: unknown): type is GraphQLObjectType<unknown, Context> => isObjectType(type);

/** Those of federation apart, which ask for what is declared on the entities, or for the SDL. */
const rootFields = (schema: GraphQLSchema): string[] =>
  [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {})
      .filter((name) => !name.startsWith('_'))
      .map((name) => `${type?.name ?? ''}.${name}`),
  );

/** Makes the schema keep what it declares, whichever way an operation is executed. Changes the schema. */
export function enforceScopes(schema: GraphQLSchema, declarations: ScopeDeclarations): void {
  for (const place of rootFields(schema)) {
    if (!declarations.has(place))
      throw new Error(`${place} declares no scopes: it would be open to everybody`);
  }
  for (const [place, requirement] of declarations) {
    const [typeName = '', fieldName] = place.split('.');
    const type: unknown = schema.getType(typeName);
    if (!isObject(type)) throw new Error(`scopes are declared on ${place}, which is not in the schema`);
    if (fieldName === undefined) guardReferences(type, requirement);
    else {
      const field = type.getFields()[fieldName];
      if (field === undefined) throw new Error(`scopes are declared on ${place}, which is not in the schema`);
      guardField(type, field, requirement, type === schema.getMutationType());
    }
  }
}
