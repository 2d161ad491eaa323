import { failedWith } from '../upstream/upstream-error.ts';

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
 * Items by id in the fewest calls: one by one where a single one is missing, else by listing, which stops as soon as
 * everything was seen. Where IAM refuses the listing, one by one.
 */
export async function findMany<Item>(
  ids: readonly string[],
  reader: Reader<Item>,
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  const missing = new Set(ids);
  const take = (item: Item): void => {
    const id = reader.idOf(item);
    if (missing.delete(id)) found.set(id, item);
  };
  const takeOneByOne = async (): Promise<void> => {
    const items = await Promise.all([...missing].map((id) => reader.one(id)));
    for (const item of items) if (item !== null) take(item);
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
  await takeOneByOne();
  return found;
}
