import type { PageInfo } from '../../__generated__/types.ts';
import { gatewayError } from '../../errors/gateway-error.ts';
import { failedWith } from '../../errors/upstream-error.ts';
import { type TargetKey, targetId } from '../../fleet/target.ts';
import { quote } from '../../untrusted/quote.ts';
import type { Page } from './find-many.ts';

/** AWS's largest page (stage-api.md, section 1). */
export const MAX_PAGE = 500;

/** The schema's default of `first`. A client that sends null means it too, and GraphQL passes the null on. */
const DEFAULT_PAGE = 25;

export interface Connection<Item> {
  readonly edges: { readonly cursor: string; readonly node: Item }[];
  readonly nodes: Item[];
  readonly pageInfo: PageInfo;
}

/** A place in one of AWS's lists: `skip` items into the page that starts at `position`. */
interface Cursor {
  readonly position: string | undefined;
  readonly skip: number;
}

const encodeCursor = (target: TargetKey, { position, skip }: Cursor): string =>
  Buffer.from(`${targetId(target)}:${skip}:${position ?? ''}`).toString('base64url');

const badCursor = (cursor: string) =>
  gatewayError(
    'BAD_USER_INPUT',
    `after must be a cursor of this list that AWS still accepts, not ${quote(cursor)}; start again without it.`,
  );

function decodeCursor(target: TargetKey, cursor: string): Cursor {
  const match = /^([^:]*):(\d{1,3}):(.*)$/s.exec(Buffer.from(cursor, 'base64url').toString());
  const [, of, skip, position] = match ?? [];
  if (of !== targetId(target) || skip === undefined || position === undefined) throw badCursor(cursor);
  return { position: position === '' ? undefined : position, skip: Number(skip) };
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page of one of AWS's lists as a Relay connection. AWS's positions are those of pages: cursors count within a page. */
export async function readConnection<Item>(
  target: TargetKey,
  { first, after }: PageArguments,
  read: (position: string | undefined, limit: number) => Promise<Page<Item>>,
): Promise<Connection<Item>> {
  const size = first ?? DEFAULT_PAGE;
  if (size < 1 || size > MAX_PAGE) {
    throw gatewayError('BAD_USER_INPUT', `first must be 1 to ${MAX_PAGE}, not ${size}.`);
  }
  const start: Cursor = after == null ? { position: undefined, skip: 0 } : decodeCursor(target, after);
  const page = await read(start.position, Math.min(start.skip + size, MAX_PAGE)).catch((error: unknown) => {
    if (after != null && failedWith(error, 'REJECTED')) throw badCursor(after);
    throw error;
  });
  const items = page.items.slice(start.skip);
  const edges = items.map((node, index) => {
    const endsPage = index === items.length - 1 && page.position !== undefined;
    const cursor = endsPage
      ? { position: page.position, skip: 0 }
      : { position: start.position, skip: start.skip + index + 1 };
    return { cursor: encodeCursor(target, cursor), node };
  });
  const pageInfo = {
    hasNextPage: page.position !== undefined,
    hasPreviousPage: after != null,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, nodes: items, pageInfo };
}
