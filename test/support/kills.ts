import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { build } from 'esbuild';
import Sqlite from 'libsql';
import type { SentStage } from '../memory/history/fixtures/recorder.ts';
import { closeAfterwards } from './closing.ts';
import { type Choices, choicesOf } from './seeded.ts';
import { type StoredEntry, wrongEntries } from './stored-entries.ts';

/** How long a process takes to open a new database: some are killed meanwhile. */
const OPENING_MS = 400;
/** The others are killed after so many changes, and so long after the last of them, which is a change or two. */
const CHANGES = 30;
const CHANGE_MS = 8;
const STAGES = ['dev', 'prod'];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The program of the processes in one file: it starts in a third of the time. */
async function bundleRecorder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  closeAfterwards(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'recorder.mjs');
  await build({
    entryPoints: [join(root, 'test/memory/history/fixtures/recorder.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['libsql', 'pg', 'pino'],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  copyFileSync(join(root, 'src/memory/database/sqlite/sqlite-worker.js'), join(folder, 'sqlite-worker.js'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return outfile;
}

/** What is known of a database from outside. */
interface Ledger {
  readonly url: string;
  readonly atAws: Record<string, SentStage>;
  readonly acknowledged: Set<string>;
  readonly sent: Set<string>;
}

/** Kills a process at a moment of the choices; gives all that it has said, and what it has complained of. */
async function killAtRandom(child: ChildProcessByStdio<null, Readable, Readable>, choices: Choices) {
  const { below, chance } = choices;
  const closed = once(child, 'close');
  const changes = below(CHANGES);
  let output = '';
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (complaints += text));
  const changed = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('\n') && output.split('\nsent ').length > changes) resolve();
    });
  });
  if (chance(0.25)) await sleep(below(OPENING_MS));
  else {
    await Promise.race([changed, closed]);
    await sleep(below(CHANGE_MS));
  }
  child.kill('SIGKILL');
  await closed;
  if (child.signalCode !== 'SIGKILL') complaints += `The process ended with ${child.exitCode}.`;
  return { output, complaints };
}

/** The life of one process; gives what is wrong, as sentences. */
async function live(program: string, prefix: string, ledger: Ledger, choices: Choices): Promise<string[]> {
  const { url, atAws, acknowledged, sent } = ledger;
  const child = spawn(process.execPath, [program, url, prefix, JSON.stringify(atAws)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { output, complaints } = await killAtRandom(child, choices);
  const wrong = complaints === '' ? [] : [complaints];
  // The last line may be torn.
  for (const line of output.split('\n').slice(0, -1)) {
    const [, word, text = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (word === 'stored') wrong.push(...wrongEntries(JSON.parse(text) as StoredEntry[], acknowledged));
    else if (word === 'acknowledged') acknowledged.add(text);
    else {
      const { stageName, ...stage } = JSON.parse(text) as SentStage & { readonly stageName: string };
      atAws[stageName] = stage;
      sent.add(stage.description);
    }
  }
  return wrong;
}

/** What SQLite itself finds wrong with its file. */
function damageOf(url: string): string[] {
  if (!url.startsWith('sqlite:')) return [];
  const file = new Sqlite(url.slice('sqlite:'.length));
  const found = file.pragma('integrity_check') as { readonly integrity_check: string }[];
  file.close();
  return found.map(({ integrity_check }) => integrity_check).filter((text) => text !== 'ok');
}

interface Kills {
  readonly createUrl: () => Promise<string>;
  readonly databases: number;
  /** Of each database. */
  readonly kills: number;
}

/** How many databases are in use at once. */
const AT_ONCE = 3;
/** After so long no more processes are started, and the test fails: it must not take for ever on a slow machine. */
const TIME_LIMIT_MS = 400_000;
export const LONGEST_MS = TIME_LIMIT_MS + 20_000;

/** The seed of a failure, to repeat it. */
const SEED = Number(process.env.KILLS_SEED ?? Date.now() % 2 ** 31);

async function createLedger(createUrl: Kills['createUrl']): Promise<Ledger> {
  const made = { description: 'as it was made', updated: 0 };
  const atAws = Object.fromEntries(STAGES.map((stageName) => [stageName, made]));
  return { url: await createUrl(), atAws, acknowledged: new Set(), sent: new Set() };
}

function expectKilledAtWork(ledgers: readonly Ledger[], killed: number): void {
  const count = (of: (ledger: Ledger) => number): number => ledgers.reduce((sum, each) => sum + of(each), 0);
  const acknowledged = count((ledger) => ledger.acknowledged.size);
  const unanswered = count(({ sent }) => sent.size) - acknowledged;
  if (process.env.KILLS_TALLY !== undefined)
    process.stderr.write(`${JSON.stringify({ killed, acknowledged, unanswered })}\n`);
  // After they had changed stages, and while clients waited for their answers.
  expect(acknowledged).toBeGreaterThan(0);
  expect(unanswered).toBeGreaterThan(0);
}

/**
 * Kills processes that record changes at any moment, one after the other on each database. Expects that no acknowledged
 * change is lost or doubled, and that the next process opens the database as it is.
 */
export async function expectNothingLost({ createUrl, databases, kills }: Kills): Promise<void> {
  const program = await bundleRecorder();
  const ledgers: Ledger[] = [];
  const wrong: string[] = [];
  const end = performance.now() + TIME_LIMIT_MS;
  const goesOn = () => wrong.length === 0 && performance.now() < end;
  let killed = 0;

  async function wear(index: number): Promise<void> {
    const choices = choicesOf(SEED + index);
    const ledger = await createLedger(createUrl);
    ledgers.push(ledger);
    for (let life = 0; life < kills && goesOn(); life += 1) {
      wrong.push(...(await live(program, `${index}-${life}`, ledger, choices)));
      killed += 1;
    }
    // It sees what the last one has left.
    const afterOpening: Choices = { ...choices, chance: () => false };
    wrong.push(...(await live(program, `${index}-last`, ledger, afterOpening)), ...damageOf(ledger.url));
  }

  const left = Array.from({ length: databases }, (_, index) => index);
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && goesOn(); next = left.shift()) await wear(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  expect(wrong.length === 0 ? [] : [`KILLS_SEED=${SEED} repeats:`, ...wrong]).toEqual([]);
  expect(killed).toBe(databases * kills);
  expectKilledAtWork(ledgers, killed);
}
