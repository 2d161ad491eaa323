import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, type Logger } from '../../src/app/logger.ts';
import {
  type DatabaseOptions,
  type MemoryDatabase,
  openDatabase,
} from '../../src/memory/database/database.ts';
import { DatabaseUnavailable, type UnavailableReason } from '../../src/memory/database/unavailable.ts';
import { closeAfterwards } from './closing.ts';
import { locationOf } from './database-location.ts';
import { until } from './polling.ts';
import { silentLogger } from './silence.ts';

/** Opens a database until the end of the test; in memory by default. */
export async function openTestDatabase(
  url?: string,
  options: Partial<DatabaseOptions> = {},
): Promise<MemoryDatabase> {
  const database = await openDatabase({ location: locationOf(url), logger: silentLogger, ...options });
  closeAfterwards(() => database.close());
  return database;
}

/** A path for an SQLite file in a folder of its own. */
export function sqlitePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  closeAfterwards(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'memory.db');
}

/** What a database says of its availability. */
export function availabilityLog(): { readonly logger: Logger; readonly messages: () => string[] } {
  const messages: string[] = [];
  const write = (line: string): void => {
    const { msg } = JSON.parse(line) as { msg: string };
    messages.push(msg.replace(/:.*/, ''));
  };
  return { logger: createLogger('info', { write }), messages: () => [...messages] };
}

/** With what `work` fails because the database is unavailable; undefined if it succeeds. Other errors travel. */
export async function unavailability(work: Promise<unknown>): Promise<UnavailableReason | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return error.reason;
    throw error;
  }
}

/** Waits until the database is, or is not, available. */
export async function untilAvailable({ status }: MemoryDatabase, available = true): Promise<void> {
  await until(() => status().available === available);
}

export const writeSetting = ({ db }: MemoryDatabase, name: string, value = '') =>
  db.insertInto('settings').values({ name, value }).execute();

export const settingsOf = async ({ db }: MemoryDatabase): Promise<string[]> =>
  (await db.selectFrom('settings').select('name').orderBy('name').execute()).map(({ name }) => name);
