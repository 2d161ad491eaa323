import { z } from 'zod';
import type { DatabaseLocation } from '../../memory/database/backend.ts';
import { documented, list, number, seconds, whole } from './formats.ts';

const SQLITE = 'sqlite:';

/** `sqlite:data/x.db` and `sqlite:/data/x.db`; after two slashes a URL has a host, which a file has not. */
const isFilePath = (path: string): boolean => path !== '' && path !== ':memory:' && !/^\/\/(?!\/)/.test(path);

function isPostgres(url: string): boolean {
  if (!/^postgres(ql)?:\/\//.test(url)) return false;
  const { hostname, searchParams, pathname } = new URL(url);
  return pathname.length > 1 && (hostname !== '' || searchParams.has('host'));
}

const databaseUrl = z
  .string()
  .refine(
    (url) =>
      url.startsWith(SQLITE) ? isFilePath(url.slice(SQLITE.length)) : URL.canParse(url) && isPostgres(url),
    'must be sqlite: and the path of a file, or a URL such as postgres://user:password@host:5432/database',
  )
  .transform((url): DatabaseLocation =>
    url.startsWith(SQLITE) ? { kind: 'sqlite', path: url.slice(SQLITE.length) } : { kind: 'postgres', url },
  );

const KEY_BYTES = 32;

const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]+=?$/.test(text) && Buffer.from(text, 'base64').length === KEY_BYTES;

const keys = list
  .refine(
    (texts) => texts.every(isKey),
    `must be keys of ${KEY_BYTES} bytes in base64, separated by commas (openssl rand -base64 ${KEY_BYTES})`,
  )
  .transform((texts) => texts.map((text) => Buffer.from(text, 'base64')));

/** History, drift and inventory. */
export const memory = {
  DATABASE_URL: documented(
    databaseUrl.optional(),
    'Database of history, drift and inventory ([the database](database.md)): `sqlite:` and the path of a file, for ' +
      'one process; or `postgres://user:password@host:5432/database`, for any number of processes. Without it ' +
      'they are kept in the memory of the process, up to 128 MB, and end with it.',
    { otherwise: 'none: in memory', secret: true },
  ),
  HISTORY_KEY: documented(
    keys.optional(),
    'Keys that encrypt the values of stage variables in the database, separated by commas: the first one encrypts, ' +
      'all of them decrypt ([rotation](database.md#keys)). Without it, no value is stored: history shows that a ' +
      'variable changed, not to what, and `revertStage` cannot restore it. Generate one with `openssl rand -base64 32`.',
    { otherwise: 'none', secret: true },
  ),
  HISTORY_RETENTION_DAYS: documented(
    whole(1, 36_500).prefault('400'),
    'Days for which entries of the history are kept. What is older is deleted, and cannot be reverted to.',
  ),
  HISTORY_MAX_ENTRIES: documented(
    whole(100, 100_000_000).prefault('500000'),
    'Entries of the history that are kept, of all stages together; the oldest ones are deleted first ' +
      '([size](database.md#size)). Too few: the history is shorter than `HISTORY_RETENTION_DAYS`.',
  ),
  INVENTORY_RATE: documented(
    number('a number from 0 to 100', (value) => value >= 0 && value <= 100).optional(),
    'Calls a second and account with which the inventory is kept current, at the lowest priority of the budget and ' +
      'part of `UPSTREAM_RATE`. `0`: only what requests read and write is in the inventory.',
    { otherwise: '`0.5`; `50` with an embedded Stage API' },
  ),
  INVENTORY_INTERVAL: documented(
    seconds(1, 86_400).prefault('300'),
    'Seconds from the end of one pass over all stages to the begin of the next. Longer saves calls, but changes made ' +
      'by other tools become visible later in inventory, history and drift.',
  ),
  EVENTS_SECRETS: documented(
    list.optional(),
    'Secrets of those who may send events of CloudTrail to `/events/aws` in the header `x-stagegraph-event-key`, ' +
      'separated by commas; several are valid at once, for rotation. Generate them with `openssl rand -base64 48`.',
    { otherwise: 'none: events are not accepted', secret: true },
  ),
};
