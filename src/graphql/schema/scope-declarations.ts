import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type ListValueNode,
  visit,
} from 'graphql';

/** Any one of the sets suffices; of a set, all are needed. The form of `@requiresScopes`. */
export type Requirement = readonly (readonly string[])[];

/** What the schema demands of callers, by `Type` or `Type.field`. */
export type ScopeDeclarations = ReadonlyMap<string, Requirement>;

const AUTHENTICATED = 'authenticated';
const REQUIRES_SCOPES = 'requiresScopes';
const isAuthDirective = ({ name }: DirectiveNode): boolean =>
  name.value === AUTHENTICATED || name.value === REQUIRES_SCOPES;

const listOf = (node: unknown): ListValueNode['values'] => {
  const isList = (value: unknown): value is ListValueNode =>
    typeof value === 'object' && value !== null && 'kind' in value && value.kind === Kind.LIST;
  return isList(node) ? node.values : [];
};

function requirementOf(directives: readonly ConstDirectiveNode[] | undefined): Requirement | undefined {
  const found = directives?.find(({ name }) => name.value === REQUIRES_SCOPES);
  if (found === undefined) return undefined;
  const scopes = found.arguments?.find(({ name }) => name.value === 'scopes')?.value;
  return listOf(scopes).map((all) =>
    listOf(all).map((scope) => (scope.kind === Kind.STRING ? scope.value : '')),
  );
}

/** Reads the declarations off the schema's documents. */
export function readScopeDeclarations(sdl: DocumentNode): ScopeDeclarations {
  const declarations = new Map<string, Requirement>();
  for (const type of sdl.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const ofType = requirementOf(type.directives);
    if (ofType !== undefined) declarations.set(type.name.value, ofType);
    for (const field of type.fields ?? []) {
      const ofField = requirementOf(field.directives);
      if (ofField !== undefined) declarations.set(`${type.name.value}.${field.name.value}`, ofField);
    }
  }
  return declarations;
}

/** The schema's documents without the declarations, as gateways that do not know them want it. */
export const withoutScopeDeclarations = (sdl: DocumentNode): DocumentNode =>
  visit(sdl, {
    Directive: (directive) => (isAuthDirective(directive) ? null : undefined),
    // An import by `@link` names the directive with its @.
    StringValue: ({ value }) =>
      value === `@${AUTHENTICATED}` || value === `@${REQUIRES_SCOPES}` ? null : undefined,
  });
