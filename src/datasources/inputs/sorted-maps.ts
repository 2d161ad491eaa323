/** By code unit, as everywhere in the schema: the order must not depend on the machine's locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One of AWS's maps as sorted entries; empty if AWS omitted the map. */
export const sortedEntries = <Value>(map: Readonly<Record<string, Value>> | undefined): [string, Value][] =>
  Object.entries(map ?? {}).sort(([a], [b]) => byCodeUnit(a, b));
