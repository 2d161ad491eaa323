/** By code unit, as everywhere in the schema: the same on every machine, whatever its locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A map of AWS's as sorted entries; empty for a map that AWS left out. */
export const sortedEntries = <Value>(map: Readonly<Record<string, Value>> | undefined): [string, Value][] =>
  Object.entries(map ?? {}).sort(([a], [b]) => byCodeUnit(a, b));
