import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  availabilityLog,
  openTestDatabase,
  settingsOf,
  sqlitePath,
  unavailability,
  untilAvailable,
  writeSetting,
} from '../../support/database.ts';
import { startProcess } from '../../support/gateway-process.ts';

const writer = (path: string) =>
  startProcess({}, [`sqlite:${path}`], 'test/memory/database/fixtures/writer.ts');

describe('an SQLite file', () => {
  test('keeps what was written, for its owner only', async () => {
    const path = sqlitePath();
    const first = await openTestDatabase(`sqlite:${path}`);
    await writeSetting(first, 'a');
    expect(first.bytes()).toBeGreaterThan(4096);
    await first.close();
    const again = await openTestDatabase(`sqlite:${path}`);
    expect(await settingsOf(again)).toEqual(['a']);
    expect(again.inMemory).toBe(false);
    for (const file of [path, `${path}-wal`, `${path}.lock`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('serves one process: a second one is refused, also by another path to the same file', async () => {
    const path = sqlitePath();
    const first = writer(path);
    await first.said(/open/);
    await expect(openTestDatabase(`sqlite:${path}`)).rejects.toThrow(
      `${path} is in use by another process, and SQLite serves one.`,
    );
    const link = `${path}-link`;
    symlinkSync(path, link);
    await expect(openTestDatabase(`sqlite:${link}`)).rejects.toThrow('is in use by another process');
    first.process.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    const second = await openTestDatabase(`sqlite:${path}`);
    expect((await settingsOf(second)).length).toBeGreaterThan(0);
  });

  test('a killed process leaves no lock and loses nothing that was acknowledged', async () => {
    const path = sqlitePath();
    const acknowledged: string[] = [];
    for (let kill = 0; kill < 3; kill += 1) {
      const killed = writer(path);
      await killed.said(/(wrote .*\n){20}/);
      killed.process.kill('SIGKILL');
      await killed.exited;
      acknowledged.push(...[...killed.output().matchAll(/^wrote (.*)$/gm)].map(([, name = '']) => name));
    }
    const database = await openTestDatabase(`sqlite:${path}`);
    expect(await settingsOf(database)).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThanOrEqual(60);
  });

  test.each([
    ['the file', ['', '-wal', '-shm']],
    ['nothing but the file itself', ['']],
    ['the file and its lock', ['', '-wal', '-shm', '.lock']],
    ['the lock', ['.lock']],
  ])('of which %s is removed is away, also if nothing uses it, and is made anew', async (_, removed) => {
    const path = sqlitePath();
    const { logger, messages } = availabilityLog();
    const database = await openTestDatabase(`sqlite:${path}`, { logger });
    await writeSetting(database, 'before');
    for (const name of removed) rmSync(`${path}${name}`);
    await untilAvailable(database, false);
    expect(database.status()).toMatchObject({ reason: 'away', outages: 1 });
    await untilAvailable(database);
    await writeSetting(database, 'after');
    const expected = removed.includes('') ? ['after'] : ['after', 'before'];
    expect(await settingsOf(database)).toEqual(expected);
    expect(await settingsOf({ ...database, db: database.searches })).toEqual(expected);
    expect(messages()).toEqual(['The database is unavailable', 'The database is available again']);
    await expect(openTestDatabase(`sqlite:${path}`)).rejects.toThrow('is in use by another process');
    await database.close();
    expect(await settingsOf(await openTestDatabase(`sqlite:${path}`))).toEqual(expected);
  });

  test('whose file is removed acknowledges nothing that is lost', async () => {
    const path = sqlitePath();
    const database = await openTestDatabase(`sqlite:${path}`);
    for (const name of ['', '-wal', '-shm']) rmSync(`${path}${name}`);
    expect(await unavailability(writeSetting(database, 'lost'))).toBe('away');
  });

  test('can be read by other programs while it is in use, for a backup', async () => {
    const path = sqlitePath();
    const database = await openTestDatabase(`sqlite:${path}`);
    await writeSetting(database, 'a');
    const { default: Sqlite } = await import('libsql');
    const other = new Sqlite(path);
    other.exec(`vacuum into '${path}-backup'`);
    other.close();
    await database.close();
    expect(await settingsOf(await openTestDatabase(`sqlite:${path}-backup`))).toEqual(['a']);
  });

  test('keeps no process alive that has nothing else to do', async () => {
    const idle = startProcess({}, [`sqlite:${sqlitePath()}`], 'test/memory/database/fixtures/idle.ts');
    expect(await idle.exited).toBe(0);
    expect(idle.output()).toContain('open');
  });

  test.each([
    ['a missing folder', (path: string) => join(path, 'memory.db'), 'the folder of'],
    [
      'a file of another kind',
      (path: string) => {
        writeFileSync(path, 'no database at all, and long enough to have a header of 100 bytes'.repeat(9));
        return path;
      },
      'is not an SQLite database',
    ],
    [
      'a folder',
      (path: string) => {
        mkdirSync(path);
        return path;
      },
      'cannot be opened',
    ],
  ])('the start fails with a sentence for %s', async (_, prepare, sentence) => {
    const path = prepare(sqlitePath());
    await expect(openTestDatabase(`sqlite:${path}`)).rejects.toThrow(sentence);
  });
});
