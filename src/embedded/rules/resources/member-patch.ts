import { assumed } from '../../errors/assumed.ts';
import { badRequest, notFound } from '../../errors/aws-exception.ts';
import { recorded } from '../../errors/recorded.ts';
import { omitEmpty } from '../omit-empty.ts';
import type { PatchOperation } from '../patch.ts';
import { nameAfterPrefix } from '../variables.ts';
import { withoutKey } from '../without-key.ts';

/** The effect of an operation; `name` is the rest of the path of an entry, unescaped. */
type Change<T> = (item: T, value: string, name: string) => T;

type EntriesRow<T> = Readonly<Record<'add' | 'replace' | 'remove', Change<T>>>;

/** The operations that a path supports. */
export type PatchRow<T> = Partial<EntriesRow<T>>;

/** By path; a path that ends in `/` stands for the entries of a map or list. */
export type PatchTable<T> = ReadonlyMap<string, PatchRow<T>>;

/** The row of a map's entries; `replace` of an absent one adds it. The map is omitted when its last entry is removed. */
export function entriesRow<T, V>(
  read: (item: T) => Readonly<Record<string, V>> | undefined,
  write: (item: T, map: Readonly<Record<string, V>> | undefined) => T,
  parse: (value: string, name: string) => V,
  absent: string,
): EntriesRow<T> {
  const set: Change<T> = (item, value, name) => write(item, { ...read(item), [name]: parse(value, name) });
  return {
    add: set,
    replace: set,
    remove(item, _value, name) {
      const map = read(item) ?? {};
      if (!Object.hasOwn(map, name)) throw notFound(absent);
      return write(item, omitEmpty(withoutKey(map, name)));
    },
  };
}

function findRow<T>(table: PatchTable<T>, path: string) {
  const row = table.get(path);
  if (row) return { row, name: '' };
  const prefix = path.slice(0, path.indexOf('/', 1) + 1);
  const entries = prefix.endsWith('/') ? table.get(prefix) : undefined;
  const name = nameAfterPrefix(prefix, path);
  const isEntry = name !== undefined && !path.includes('/', prefix.length);
  return entries && isEntry ? { row: entries, name } : undefined;
}

/** Applies the operations in list order. Throws at the first invalid one. */
export function applyMemberPatch<T>(item: T, operations: readonly PatchOperation[], table: PatchTable<T>): T {
  return operations.reduce((patched, { op, path = assumed.missingPath, value }) => {
    const found = findRow(table, path);
    if (!found) throw badRequest(recorded.patchPath(path));
    const { row, name } = found;
    const change = op === 'add' || op === 'replace' || op === 'remove' ? row[op] : undefined;
    if (!change) throw badRequest(recorded.patchOps(Object.keys(row)));
    if (op !== 'remove' && value === undefined) throw badRequest(assumed.patchValueMissing(op, path));
    return change(patched, value ?? '', name);
  }, item);
}
