import { failedWith } from '../../errors/upstream-error.ts';
import { asError } from './failed-reads.ts';

/** A page of one of AWS's lists. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; undefined on the last. */
  readonly position: string | undefined;
}

interface Reader<Item> {
  one(id: string): Promise<Item | null>;
  page(position: string | undefined): Promise<Page<Item>>;
  idOf(item: Item): string;
}

/**
 * Items by id in the fewest calls: a single missing item by itself, several by listing, which stops as soon as all are
 * found. If IAM denies the listing, one by one. An item that cannot be read is an Error under its id.
 */
export async function findMany<Item>(
  ids: readonly string[],
  reader: Reader<Item>,
): Promise<ReadonlyMap<string, Item | Error>> {
  const found = new Map<string, Item | Error>();
  const missing = new Set(ids);
  const take = (item: Item): void => {
    const id = reader.idOf(item);
    if (missing.delete(id)) found.set(id, item);
  };
  let position: string | undefined;
  while (missing.size > 1) {
    try {
      const page = await reader.page(position);
      page.items.forEach(take);
      if (page.position === undefined) return found;
      position = page.position;
    } catch (error) {
      if (!failedWith(error, 'ACCESS_DENIED')) throw error;
      break;
    }
  }
  await Promise.all(
    [...missing].map(async (id) => {
      const item = await reader.one(id).catch(asError);
      if (item !== null) found.set(id, item);
    }),
  );
  return found;
}
