import type { PageInfo } from '../../__generated__/types.ts';
import { gatewayError } from '../../errors/gateway-error.ts';
import type { TargetKey } from '../../fleet/target.ts';
import { type Cursor, decodeCursor, encodeCursor, orBadCursor } from './cursor.ts';
import type { Page } from './find-many.ts';

/** AWS's largest page (stage-api.md, section 1). */
export const MAX_PAGE = 500;

/** The schema's default of `first`. A client that sends null means it too, and GraphQL passes the null on. */
const DEFAULT_PAGE = 25;

interface Edge<Item> {
  readonly cursor: string;
  readonly node: Item;
}

export interface Connection<Item> {
  readonly edges: Edge<Item>[];
  readonly nodes: Item[];
  readonly pageInfo: PageInfo;
  /** Whether the gateway stopped before the end of AWS's list. */
  readonly scanLimitReached: boolean;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** Reads one of AWS's pages. */
export type ReadPage<Item> = (position: string | undefined, limit: number) => Promise<Page<Item>>;

/** The number of items that a page may have. Throws BAD_USER_INPUT. */
export function pageSize({ first }: PageArguments, byDefault = DEFAULT_PAGE, most = MAX_PAGE): number {
  const size = first ?? byDefault;
  if (size >= 1 && size <= most) return size;
  throw gatewayError('BAD_USER_INPUT', `first must be 1 to ${most}, not ${size}.`);
}

/** Where a page ends, if it has no further entry, or further ones than its last. */
interface End {
  readonly hasNextPage: boolean;
  /** Where to continue; by default behind the last entry. */
  readonly endCursor?: string;
  readonly scanLimitReached?: boolean;
}

export const connectionOf = <Item>(
  edges: Edge<Item>[],
  { after }: PageArguments,
  { hasNextPage, endCursor = edges.at(-1)?.cursor, scanLimitReached = false }: End,
): Connection<Item> => ({
  edges,
  nodes: edges.map(({ node }) => node),
  pageInfo: {
    hasNextPage,
    hasPreviousPage: after != null,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: endCursor ?? null,
  },
  scanLimitReached,
});

/** The place behind an item of a page: AWS's positions are those of pages, so cursors count within a page. */
export const behind = (start: string | undefined, page: Page<unknown>, index: number): Cursor =>
  index === page.items.length - 1 && page.position !== undefined
    ? { position: page.position, skip: 0 }
    : { position: start, skip: index + 1 };

/** A page of one of AWS's lists as a Relay connection. */
export async function readConnection<Item>(
  target: TargetKey,
  args: PageArguments,
  read: ReadPage<Item>,
): Promise<Connection<Item>> {
  const size = pageSize(args);
  const { position, skip } = decodeCursor(target, args.after);
  const page = await orBadCursor(args.after, read(position, Math.min(skip + size, MAX_PAGE)));
  const edges = page.items.slice(skip).map((node, index) => ({
    cursor: encodeCursor(target, behind(position, page, skip + index)),
    node,
  }));
  return connectionOf(edges, args, { hasNextPage: page.position !== undefined });
}
