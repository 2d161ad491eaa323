import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import type { Kysely, KyselyPlugin } from 'kysely';
import type { Crawl } from '../../../src/memory/crawl/index.ts';
import type { Tables } from '../../../src/memory/database/tables.ts';
import { closeAfterwards } from '../../support/closing.ts';
import { createScriptedAws, startCrawl } from '../../support/scripted-crawl.ts';
import { reopenTables, sqliteTables } from '../../support/sqlite-tables.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const eu = '111122223333/eu-central-1';
const apis = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`api${index}`, []]));

let file: string;
let db: Kysely<Tables>;
let clock: ReturnType<typeof createVirtualTime>;
let aws: ReturnType<typeof createScriptedAws>;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crawl-'));
  file = join(folder, 'memory.db');
  db = await sqliteTables(file);
  closeAfterwards(() => rm(folder, { recursive: true }));
  closeAfterwards(() => db.destroy());
  clock = createVirtualTime();
  aws = createScriptedAws({ [eu]: apis }, clock);
});

function start(name: string, tables = db) {
  const { time, kill } = clock.ofProcess();
  const crawl: Crawl = startCrawl({ db: tables, aws, clock, process: { name, time } });
  let isDead = false;
  closeAfterwards(async () => {
    if (isDead) return;
    const closed = crawl.close();
    // What is given up takes its time.
    await clock.advance(30_000);
    await closed;
  });
  return {
    close: crawl.close,
    kill: () => {
      isDead = true;
      kill();
    },
  };
}

const workers = () => new Set(aws.calls.map(({ process }) => process));

/** A connection that fails, or does not answer, while a test says so. */
function unreliable() {
  let mode: 'works' | 'fails' | 'hangs' = 'works';
  let answer: (() => void)[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      if (mode === 'fails') throw new Error('the database is away');
      return node;
    },
    async transformResult({ result }) {
      if (mode === 'hangs') await new Promise<void>((resolve) => answer.push(resolve));
      return result;
    },
  };
  const tables = reopenTables(file);
  closeAfterwards(() => tables.destroy());
  return {
    tables: tables.withPlugin(plugin),
    be: (next: typeof mode) => {
      mode = next;
      for (const each of answer) each();
      answer = [];
    },
  };
}

test('one of several processes crawls', async () => {
  start('one');
  start('two');
  start('three');
  await clock.advance(300_000);
  expect(workers()).toEqual(new Set(['one']));
  expect(aws.calls).toHaveLength(301);
});

test('another takes over within a minute when the process dies', async () => {
  const one = start('one');
  start('two');
  await clock.advance(95_000);
  one.kill();
  aws.calls.length = 0;
  await clock.advance(60_000);
  expect(workers()).toEqual(new Set(['two']));
});

test('another takes over within ten seconds when the process stops', async () => {
  const one = start('one');
  start('two');
  await clock.advance(95_000);
  const stopped = one.close();
  await clock.advance(0);
  await stopped;
  aws.calls.length = 0;
  await clock.advance(10_000);
  expect(workers()).toEqual(new Set(['two']));
});

test.each(['fails', 'hangs'] as const)(
  'a process whose database %s has stopped before another one begins, and begins again when it may',
  async (how) => {
    const flaky = unreliable();
    start('one', flaky.tables);
    await clock.advance(1000);
    const two = start('two');
    await clock.advance(94_000);
    flaky.be(how);
    await clock.advance(120_000);
    expect(workers()).toEqual(new Set(['one', 'two']));
    const last = Math.max(...aws.calls.filter(({ process }) => process === 'one').map(({ at }) => at));
    const first = Math.min(...aws.calls.filter(({ process }) => process === 'two').map(({ at }) => at));
    expect(last).toBeLessThan(first);

    flaky.be('works');
    two.kill();
    aws.calls.length = 0;
    await clock.advance(60_000);
    expect(workers()).toEqual(new Set(['one']));
  },
);

test('without a database nothing is called until it is there', async () => {
  const flaky = unreliable();
  flaky.be('fails');
  start('one', flaky.tables);
  await clock.advance(600_000);
  expect(aws.calls).toEqual([]);
  expect(aws.failures).toContain('the lease of the crawl could not be acquired');
  flaky.be('works');
  await clock.advance(15_000);
  expect(workers()).toEqual(new Set(['one']));
});

test('a database that is away for a moment interrupts nothing', async () => {
  const flaky = unreliable();
  start('one', flaky.tables);
  start('two');
  await clock.advance(35_000);
  flaky.be('fails');
  await clock.advance(14_000);
  flaky.be('works');
  await clock.advance(100_000);
  expect(workers()).toEqual(new Set(['one']));
  expect(aws.calls).toHaveLength(150);
});
