import type { GraphQLResolveInfo } from 'graphql';
import { type FieldsByTypeName, parseResolveInfo, type ResolveTree } from 'graphql-parse-resolve-info';

/** Without options the library returns a tree, or nothing for a leaf; its type is wider. */
const isTree = (parsed: ResolveTree | FieldsByTypeName): parsed is ResolveTree =>
  typeof parsed.name === 'string';

/**
 * The names of a type's fields that an operation selects below the current field, fragments, `@skip` and `@include` applied.
 * Data sources need not fetch the others.
 */
export function selectedFields(info: GraphQLResolveInfo, typeName: string): ReadonlySet<string> {
  const parsed = parseResolveInfo(info);
  if (parsed == null || !isTree(parsed)) return new Set();
  const byAlias = parsed.fieldsByTypeName[typeName] ?? {};
  return new Set(Object.values(byAlias).map(({ name }) => name));
}
