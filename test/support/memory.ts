import { createMemory, type Memory, type MemoryOptions } from '../../src/memory/memory.ts';
import { closeAfterwards } from './closing.ts';
import { locationOf } from './database-location.ts';
import { silentLogger } from './silence.ts';

/** The memory of a process until the end of the test, without keys for values. */
export async function openTestMemory(url?: string, options: Partial<MemoryOptions> = {}): Promise<Memory> {
  const memory = await createMemory({
    location: locationOf(url),
    historyKeys: () => [],
    retentionMs: 1e15,
    maxEntries: 1e6,
    logger: silentLogger,
    targets: () => undefined,
    ...options,
  });
  closeAfterwards(() => memory.close());
  return memory;
}
