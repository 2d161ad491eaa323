import { type ConstDirectiveNode, type DocumentNode, Kind, type ListValueNode, visit } from 'graphql';

/** A caller needs all scopes of at least one of the lists, as in `@requiresScopes`. */
export type Requirement = readonly (readonly string[])[];

/** The scopes that the schema requires, by `Type` or `Type.field`. */
export type ScopeDeclarations = ReadonlyMap<string, Requirement>;

const REQUIRES_SCOPES = 'requiresScopes';
const authDirectives = ['authenticated', REQUIRES_SCOPES];

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

/** Reads the scope declarations of the SDL. */
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

/** The SDL without the declarations, for routers that do not know these directives. */
export const withoutScopeDeclarations = (sdl: DocumentNode): DocumentNode =>
  visit(sdl, {
    Directive: ({ name }) => (authDirectives.includes(name.value) ? null : undefined),
    // The imports of `@link` name directives with `@`.
    StringValue: ({ value }) => (authDirectives.some((name) => value === `@${name}`) ? null : undefined),
  });
