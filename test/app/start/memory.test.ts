import { expect, test } from '@jest/globals';
import { run } from '../../support/run.ts';

test('that this process crawls is no news for the log of an operator', async () => {
  const lines: string[] = [];
  const logged = new Promise<void>((resolve) => {
    const log = (line: string): void => {
      lines.push(line);
      if (line.includes('the crawl runs in this process')) resolve();
    };
    void run({ memory: { inventoryRate: 50 }, log });
  });
  await logged;
  expect(lines.filter((line) => line.includes('the crawl runs'))).toEqual([
    expect.stringContaining('"level":20,'),
  ]);
});
