import type { TargetKey } from '../../fleet/target.ts';
import { byCodeUnit } from '../inputs/sorted-maps.ts';
import {
  behind,
  type Connection,
  connectionOf,
  MAX_PAGE,
  type PageArguments,
  pageSize,
  type ReadPage,
} from './connection.ts';
import { decodeCursor, decodeNewestCursor, encodeCursor, encodeNewestCursor, orBadCursor } from './cursor.ts';

/** How many of AWS's largest pages one field reads of a list that AWS neither filters nor sorts. */
const MAX_PAGES = 5;

/** The items of a list that match, in AWS's order. It ends with the page, with the list, or after five of AWS's pages. */
export async function searchList<Item>(
  target: TargetKey,
  args: PageArguments,
  matches: (item: Item) => boolean,
  read: ReadPage<Item>,
): Promise<Connection<Item>> {
  const size = pageSize(args);
  const edges: Connection<Item>['edges'] = [];
  let { position, skip } = decodeCursor(target, args.after);
  for (let pages = 1; ; pages++) {
    const page = await orBadCursor(args.after, read(position, MAX_PAGE));
    for (const [index, node] of page.items.entries()) {
      if (index < skip || !matches(node)) continue;
      if (edges.length === size) return connectionOf(edges, args, { hasNextPage: true });
      edges.push({ cursor: encodeCursor(target, behind(position, page, index)), node });
    }
    if (page.position === undefined) return connectionOf(edges, args, { hasNextPage: false });
    position = page.position;
    skip = 0;
    const isFull = edges.length === size;
    if (isFull || pages === MAX_PAGES) {
      const endCursor = encodeCursor(target, { position, skip });
      return connectionOf(edges, args, { hasNextPage: true, endCursor, scanLimitReached: !isFull });
    }
  }
}

/** The items of at most five of AWS's pages, and where the rest of the list starts. */
async function readPart<Item>(
  start: string | undefined,
  read: ReadPage<Item>,
): Promise<{ items: Item[]; rest: string | undefined }> {
  const items: Item[] = [];
  let rest = start;
  for (let pages = 1; ; pages++) {
    const page = await read(rest, MAX_PAGE);
    items.push(...page.items);
    rest = page.position;
    if (rest === undefined || pages === MAX_PAGES) return { items, rest };
  }
}

interface Order<Item> {
  readonly createdOf: (item: Item) => Date;
  readonly idOf: (item: Item) => string;
}

/**
 * A list from the newest item on. It is sorted as far as it is read, in parts of five of AWS's pages; the next part follows
 * behind the end of one.
 */
export async function newestFirst<Item>(
  target: TargetKey,
  args: PageArguments,
  { createdOf, idOf }: Order<Item>,
  read: ReadPage<Item>,
): Promise<Connection<Item>> {
  const size = pageSize(args);
  const { position, last } = decodeNewestCursor(target, args.after);
  const { items, rest } = await orBadCursor(args.after, readPart(position, read));
  const sorted = items
    .map((node) => ({ node, createdMs: createdOf(node).getTime(), id: idOf(node) }))
    .sort((a, b) => b.createdMs - a.createdMs || byCodeUnit(a.id, b.id))
    .filter(
      ({ createdMs, id }) =>
        last === undefined ||
        createdMs < last.createdMs ||
        (createdMs === last.createdMs && byCodeUnit(id, last.id) > 0),
    );
  const edges = sorted.slice(0, size).map(({ node, createdMs, id }, index) => {
    const endsPart = index === sorted.length - 1 && rest !== undefined;
    const place = endsPart ? { position: rest, last: undefined } : { position, last: { createdMs, id } };
    return { cursor: encodeNewestCursor(target, place), node };
  });
  const hasRest = rest !== undefined;
  return connectionOf(edges, args, {
    hasNextPage: sorted.length > size || hasRest,
    scanLimitReached: hasRest,
    ...(edges.length === 0 && hasRest
      ? { endCursor: encodeNewestCursor(target, { position: rest, last: undefined }) }
      : {}),
  });
}
