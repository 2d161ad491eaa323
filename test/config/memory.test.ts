import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/config.ts';
import { configurationInEffect } from '../../src/config/variable-docs.ts';

const key = Buffer.alloc(32, 1).toString('base64');
const otherKey = Buffer.alloc(32, 2).toString('base64');

describe('the configuration of history and inventory', () => {
  test('by default is in memory, without keys, at the rate of the Stage API', () => {
    expect(readConfig({}).memory).toEqual({
      database: { kind: 'memory' },
      historyKeys: [],
      retentionMs: 400 * 86_400_000,
      maxEntries: 500_000,
      inventoryRate: 50,
      inventoryIntervalMs: 300_000,
      eventsSecrets: [],
    });
    expect(readConfig({ STAGE_API: 'aws', AUTH: 'off' }).memory.inventoryRate).toBe(0.5);
    expect(readConfig({ INVENTORY_RATE: '0' }).memory.inventoryRate).toBe(0);
  });

  test.each([
    ['sqlite:data/memory.db', { kind: 'sqlite', path: 'data/memory.db' }],
    ['sqlite:/var/lib/memory.db', { kind: 'sqlite', path: '/var/lib/memory.db' }],
    ['sqlite:///var/lib/memory.db', { kind: 'sqlite', path: '///var/lib/memory.db' }],
    ['postgres://u:p@db:5432/stages?sslmode=verify-full', { kind: 'postgres' }],
    ['postgresql://db/stages', { kind: 'postgres' }],
    ['postgres:///stages?host=/run/postgresql', { kind: 'postgres' }],
  ])('DATABASE_URL %s is a database', (url, database) => {
    expect(readConfig({ DATABASE_URL: url }).memory.database).toMatchObject(database);
  });

  test.each([
    'sqlite:',
    'sqlite::memory:',
    'sqlite://data/memory.db',
    'mysql://u:secret@db/stages',
    'postgres://u:secret@db',
    'postgres://u:secret@db/',
    'postgres:secret',
    'postgres://u:secret@db:port/stages',
    './memory.db',
  ])('DATABASE_URL %s is none, and the message does not repeat it', (url) => {
    const read = () => readConfig({ DATABASE_URL: url });
    expect(read).toThrow('DATABASE_URL: must be sqlite: and the path of a file, or a URL such as');
    expect(read).not.toThrow('secret');
  });

  test('several keys and secrets are accepted, for rotation', () => {
    const { memory } = readConfig({ HISTORY_KEY: `${key}, ${otherKey}`, EVENTS_SECRETS: 'a,b' });
    expect(memory.historyKeys).toEqual([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]);
    expect(memory.eventsSecrets).toEqual(['a', 'b']);
  });

  test('mistakes are reported together', () => {
    const read = () =>
      readConfig({
        HISTORY_KEY: `${key},c2hvcnQ=`,
        HISTORY_RETENTION_DAYS: '0',
        HISTORY_MAX_ENTRIES: 'all',
        INVENTORY_RATE: '-1',
        INVENTORY_INTERVAL: '0',
        EVENTS_SECRETS: ' , ',
      });
    for (const problem of [
      'HISTORY_KEY: must be keys of 32 bytes in base64, separated by commas',
      'HISTORY_RETENTION_DAYS: must be a whole number from 1 to 36500',
      'HISTORY_MAX_ENTRIES: must be a whole number from 100 to',
      'INVENTORY_RATE: must be a number from 0 to 100',
      'INVENTORY_INTERVAL: must be a number of seconds from 1 to',
      'EVENTS_SECRETS is set but contains no secret.',
    ])
      expect(read).toThrow(problem);
    expect(() => readConfig({ HISTORY_KEY: ',' })).toThrow('HISTORY_KEY is set but contains no key.');
  });

  test('is printed without secrets', () => {
    const printed = configurationInEffect({
      DATABASE_URL: 'postgres://u:p4ssword@db/stages',
      HISTORY_KEY: key,
      EVENTS_SECRETS: 's3cret',
    });
    expect(printed).toContain('DATABASE_URL=(hidden)');
    for (const secret of ['p4ssword', key, 's3cret']) expect(printed).not.toContain(secret);
  });
});
