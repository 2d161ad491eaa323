import { type Expression, sql, type SqlBool } from 'kysely';
import type { SqlDialect } from './dialect.ts';
import { isStorable } from './storable-text.ts';

/** `*` is any run of characters; GLOB's other special characters are put into a class of one. */
const globOf = (pattern: string): string => pattern.replace(/[?[]/g, '[$&]');
const likeOf = (pattern: string): string => pattern.replace(/[%_\\]/g, '\\$&').replaceAll('*', '%');

/**
 * Whether a name matches a pattern in which `*` is any run of characters, also none. Nothing else is special, and case
 * matters.
 */
export function nameMatches(
  dialect: SqlDialect,
  name: Expression<string>,
  pattern: string,
): Expression<SqlBool> {
  if (!isStorable(pattern)) return sql<SqlBool>`1 = 0`;
  if (!pattern.includes('*')) return sql<SqlBool>`${name} = ${pattern}`;
  if (dialect === 'sqlite') return sql<SqlBool>`${name} glob ${globOf(pattern)}`;
  return sql<SqlBool>`${name} collate "C" like ${likeOf(pattern)} escape '\\'`;
}

/** Whether a name matches one of the patterns; of none, it does not. */
export function nameMatchesAny(
  dialect: SqlDialect,
  name: Expression<string>,
  patterns: readonly string[],
): Expression<SqlBool> {
  if (patterns.length === 0) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`(${sql.join(
    patterns.map((pattern) => nameMatches(dialect, name, pattern)),
    sql` or `,
  )})`;
}
