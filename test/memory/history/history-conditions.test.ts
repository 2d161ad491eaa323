import { describe, expect, test } from '@jest/globals';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import type { Tables } from '../../../src/memory/database/tables.ts';
import { isWithin, type Period } from '../../../src/memory/history/history-conditions.ts';

const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: new Database(':memory:') }) });

const conditionsOf = (period: Period): string =>
  db
    .selectFrom('history')
    .select('id')
    .where((eb) => eb.and(isWithin(period)))
    .compile()
    .sql.replace(/^.* where /, '');

describe('a period', () => {
  const [early, late] = [
    { at: 1, id: 'a' },
    { at: 9, id: 'b' },
  ];

  test.each<[string, Period, string]>([
    ['since a moment', { since: 5 }, '"at" >= ?'],
    ['up to a position after it', { since: 5, upTo: late }, '(at >= ? and (at > ? or id >= ?))'],
    [
      'up to a position before it',
      { since: 5, upTo: early },
      '(at >= ? and at >= ? and (at > ? or id >= ?))',
    ],
    [
      'before a moment, after a position before it',
      { until: 5, after: early },
      '(at <= ? and (at < ? or id < ?))',
    ],
    [
      'before a moment, after a position after it',
      { until: 5, after: late },
      '(at < ? and at <= ? and (at < ? or id < ?))',
    ],
  ])('%s has one bound that an index is searched for, if one implies the other', (_, period, expected) => {
    expect(conditionsOf(period).replaceAll('"', '')).toBe(expected.replaceAll('"', ''));
  });
});
