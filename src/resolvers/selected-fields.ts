import type { GraphQLResolveInfo } from 'graphql';
import { type FieldsByTypeName, parseResolveInfo, type ResolveTree } from 'graphql-parse-resolve-info';

/** With its options left out, the library gives a tree (or nothing for a leaf), whatever its type says. */
const isTree = (parsed: ResolveTree | FieldsByTypeName): parsed is ResolveTree =>
  typeof parsed.name === 'string';

/**
 * The names of the fields of a type that an operation asks for below the field in hand, through fragments and with `@skip` and
 * `@include` applied: what nobody asks for need not be fetched.
 */
export function selectedFields(info: GraphQLResolveInfo, typeName: string): ReadonlySet<string> {
  const parsed = parseResolveInfo(info);
  if (parsed == null || !isTree(parsed)) return new Set();
  const byAlias = parsed.fieldsByTypeName[typeName] ?? {};
  return new Set(Object.values(byAlias).map(({ name }) => name));
}
