import { gatewayError } from '../../errors/gateway-error.ts';
import { failedWith } from '../../errors/upstream-error.ts';
import { type TargetKey, targetId } from '../../fleet/target.ts';
import { quote } from '../../untrusted/quote.ts';

/** A place in one of AWS's lists: `skip` items into the page that starts at `position`. */
export interface Cursor {
  readonly position: string | undefined;
  readonly skip: number;
}

/** A place in a part of one of AWS's lists that is sorted from the newest on. */
export interface NewestCursor {
  /** Where the part starts in AWS's list. */
  readonly position: string | undefined;
  /** The last item before the place; undefined at the part's start. */
  readonly last: { readonly createdMs: number; readonly id: string } | undefined;
}

const START = { position: undefined, skip: 0 };
const NEWEST_START = { position: undefined, last: undefined };

const encode = (...parts: readonly (string | number)[]): string =>
  Buffer.from(parts.join(':')).toString('base64url');
const decode = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

const badCursor = (cursor: string) =>
  gatewayError(
    'BAD_USER_INPUT',
    `after must be a cursor of this list that AWS still accepts, not ${quote(cursor)}; start again without it.`,
  );

const positionOf = (text: string): string | undefined => (text === '' ? undefined : text);

export const encodeCursor = (target: TargetKey, { position, skip }: Cursor): string =>
  encode(targetId(target), skip, position ?? '');

/** The list's start without a cursor. Throws BAD_USER_INPUT for one of another list. */
export function decodeCursor(target: TargetKey, cursor: string | null | undefined): Cursor {
  if (cursor == null) return START;
  const [, of, skip, position] = /^([^:]*):(\d{1,3}):(.*)$/s.exec(decode(cursor)) ?? [];
  if (of !== targetId(target) || skip === undefined || position === undefined) throw badCursor(cursor);
  return { position: positionOf(position), skip: Number(skip) };
}

export const encodeNewestCursor = (target: TargetKey, { position, last }: NewestCursor): string =>
  encode(targetId(target), 'newest', last?.createdMs ?? '', last?.id ?? '', position ?? '');

/** The same for a list that is sorted from the newest on: its cursors are its own. */
export function decodeNewestCursor(target: TargetKey, cursor: string | null | undefined): NewestCursor {
  if (cursor == null) return NEWEST_START;
  const [, of, createdMs, id, position] = /^([^:]*):newest:(\d*):([^:]*):(.*)$/s.exec(decode(cursor)) ?? [];
  if (of !== targetId(target) || createdMs === undefined || id === undefined || position === undefined) {
    throw badCursor(cursor);
  }
  const last = createdMs === '' ? undefined : { createdMs: Number(createdMs), id };
  return { position: positionOf(position), last };
}

/** What a read at a cursor's place brings. Throws BAD_USER_INPUT if AWS refuses the position. */
export async function orBadCursor<Result>(
  cursor: string | null | undefined,
  read: Promise<Result>,
): Promise<Result> {
  try {
    return await read;
  } catch (error) {
    if (cursor != null && failedWith(error, 'REJECTED')) throw badCursor(cursor);
    throw error;
  }
}
