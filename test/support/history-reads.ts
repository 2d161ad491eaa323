import type { TestTables } from './history-world.ts';
export function describeReads(_tables: () => TestTables): void {
  return;
}
