import { type Expression, sql, type SqlBool } from 'kysely';
import type { SqlDialect } from './dialect.ts';

interface Tag {
  readonly key: string;
  readonly value: string;
}

// JSON has no line break within a text, so that a line is one tag, and a line's start shows where a key begins.
const line = ({ key, value }: Tag): string => `${JSON.stringify(key)}${JSON.stringify(value)}\n`;

/** The column `tags`: one column instead of a table, so that a filter by tags needs no join. */
export const tagText = (tags: readonly Tag[]): string => `\n${tags.map(line).join('')}`;

/** Whether a stage has a tag; without a value, one with this key. */
export function hasTag(
  dialect: SqlDialect,
  tags: Expression<string>,
  { key, value }: { readonly key: string; readonly value?: string | null | undefined },
): Expression<SqlBool> {
  const part = `\n${value == null ? JSON.stringify(key) : line({ key, value })}`;
  return dialect === 'sqlite'
    ? sql<SqlBool>`instr(${tags}, ${part}) > 0`
    : sql<SqlBool>`strpos(${tags}, ${part}) > 0`;
}
