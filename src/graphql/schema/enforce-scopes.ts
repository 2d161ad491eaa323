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
import { isPureResolver, pure } from '../../resolvers/pure-resolver.ts';
import type { Context } from '../context.ts';
import { referenceResolverOf } from './entities.ts';
import type { Requirement, ScopeDeclarations } from './scope-declarations.ts';

const listed = (requirement: Requirement): string =>
  requirement.map((all) => all.map((scope) => `"${scope}"`).join(' and ')).join(' or ');

const forbidden = (what: string, requirement: Requirement) =>
  gatewayError('FORBIDDEN', `${what} needs a token with the scope ${listed(requirement)}.`);

/** The audit log and CloudTrail name the subject of a change. */
const SUBJECT_REQUIRED = 'needs a token that names its subject, in the claim sub, client_id or azp.';

/** Without the scopes a nullable leaf is null; any other field is an error. */
function guardField(
  { name: typeName }: GraphQLObjectType,
  field: GraphQLField<unknown, Context>,
  requirement: Requirement,
  isChange: boolean,
): void {
  const { resolve = defaultFieldResolver, type, name } = field;
  const isWithheld = !isNonNullType(type) && isLeafType(type);
  const guarded: typeof resolve = (parent, args, context, info) => {
    const { hasScopes, isAccountable } = context.caller;
    if (!hasScopes(requirement)) {
      if (isWithheld) return null;
      throw forbidden(`${typeName}.${name}`, requirement);
    }
    if (isChange && !isAccountable) {
      throw gatewayError('FORBIDDEN', `${typeName}.${name} ${SUBJECT_REQUIRED}`);
    }
    return resolve(parent, args, context, info);
  };
  // The scopes are of the permissions: what was pure stays pure.
  field.resolve = resolve === defaultFieldResolver || isPureResolver(resolve) ? pure(guarded) : guarded;
}

/** Guards an entity where routers resolve its references. The fields that return it have declarations of their own. */
function guardReferences(type: GraphQLObjectType, requirement: Requirement): void {
  const resolveReference = referenceResolverOf(type);
  if (resolveReference === undefined)
    throw new Error(`${type.name} declares scopes, but it is not an entity.`);
  const guarded = (reference: object, context: Context, info: GraphQLResolveInfo): unknown => {
    // A thrown error would fail all references.
    if (!context.caller.hasScopes(requirement)) return Promise.reject(forbidden(type.name, requirement));
    return resolveReference(reference, context, info);
  };
  type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference: guarded } } };
}

/** All resolvers get the same context. */
const isObject = (type: unknown): type is GraphQLObjectType<unknown, Context> => isObjectType(type);

/** Without `_entities`, which the entities guard, and `_service`. */
const rootFields = (schema: GraphQLSchema): string[] =>
  [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {})
      .filter((name) => !name.startsWith('_'))
      .map((name) => `${type?.name ?? ''}.${name}`),
  );

/** Enforces the declared scopes in the resolvers, however an operation is executed. Changes the schema. */
export function enforceScopes(schema: GraphQLSchema, declarations: ScopeDeclarations): void {
  for (const place of rootFields(schema)) {
    if (!declarations.has(place)) throw new Error(`${place} declares no scopes: every caller could use it.`);
  }
  for (const [place, requirement] of declarations) {
    const [typeName = '', fieldName] = place.split('.');
    const type: unknown = schema.getType(typeName);
    const field = isObject(type) && fieldName !== undefined ? type.getFields()[fieldName] : undefined;
    if (!isObject(type) || (fieldName !== undefined && field === undefined)) {
      throw new Error(`Scopes are declared on ${place}, which is not in the schema.`);
    }
    if (field === undefined) guardReferences(type, requirement);
    else guardField(type, field, requirement, type === schema.getMutationType());
  }
}
