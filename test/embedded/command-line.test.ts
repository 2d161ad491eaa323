import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCommandLine } from '../../src/embedded/command-line.ts';
import { emptyState } from '../../src/embedded/state/state.ts';
import { closing, firstOutput, request } from './stage-api.ts';

const main = join(import.meta.dirname, '../../src/embedded/main.ts');

async function run(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const code = await closing(child);
  return { code, out, err };
}

describe('the command line', () => {
  it('serves on port 4001 by default', () => {
    expect(readCommandLine([])).toEqual({ kind: 'serve', options: { port: 4001 } });
  });

  it('takes file and port from the environment if the options are not given', () => {
    const environment = { EMBEDDED_DATA: 'f.json', EMBEDDED_PORT: '4444' };
    expect(readCommandLine([], environment)).toEqual({
      kind: 'serve',
      options: { port: 4444, dataFile: 'f.json' },
    });
    expect(readCommandLine(['--port', '1', '--data', 'g.json'], environment)).toEqual({
      kind: 'serve',
      options: { port: 1, dataFile: 'g.json' },
    });
    const empty = { EMBEDDED_DATA: '', EMBEDDED_PORT: '' };
    expect(readCommandLine([], empty)).toEqual({ kind: 'serve', options: { port: 4001 } });
    expect(readCommandLine([], { EMBEDDED_PORT: 'x' })).toEqual({
      kind: 'mistakes',
      mistakes: [expect.stringContaining('EMBEDDED_PORT x: ')],
    });
  });

  it('sets every mode', () => {
    expect(
      readCommandLine([
        ...[
          '--host',
          '::1',
          '--port=0',
          '--region',
          'eu-west-1',
          '--data',
          'f.json',
          '--quota',
          '--latency',
          '20',
        ],
        ...['--conflicts', '0.1', '--fail', 'GetStages:429', '--fail', '*', '--hang', 'UpdateStage'],
        ...[
          '--cache-clock',
          'realistic',
          '--stages-per-api',
          '20',
          '--no-logs-role',
          '--strict',
          '--lenient',
        ],
        ...['--empty', '--clock', '2026-01-01T00:00:00Z', '--seed', '1'],
      ]),
    ).toEqual({
      kind: 'serve',
      options: {
        host: '::1',
        port: 0,
        region: 'eu-west-1',
        dataFile: 'f.json',
        quota: true,
        latencyMs: 20,
        conflictRate: 0.1,
        faults: [
          { operation: 'GetStages', action: 'fail', status: 429 },
          { operation: '*', action: 'fail' },
          { operation: 'UpdateStage', action: 'hang' },
        ],
        cacheClusterClock: 'realistic',
        stagesPerApi: 20,
        cloudWatchLogsRole: false,
        strict: true,
        state: emptyState,
        clock: '2026-01-01T00:00:00Z',
        seed: 1,
        lenient: true,
      },
    });
  });

  it('takes seconds for the cache clock', () => {
    expect(readCommandLine(['--cache-clock', '3'])).toMatchObject({
      options: { cacheClusterClock: { createSeconds: 3, deleteSeconds: 3, flushSeconds: 3 } },
    });
  });

  it.each([
    [['--port', 'x'], '--port x'],
    [['--port', '70000'], '--port 70000'],
    [['--port'], '--port: needs a value'],
    [['--port='], '--port'],
    [['--port', '1', '--port', '2'], '--port: given 2 times'],
    [['--quota=yes'], '--quota: takes no value'],
    [['--latency', '-1'], '--latency -1'],
    [['--conflicts', '2'], '--conflicts 2'],
    [['--fail', 'Nope'], '--fail Nope: operation: not an operation'],
    [['--fail', 'GetStage:200'], '--fail GetStage:200: status'],
    [['--hang', 'GetStage:500'], '--hang GetStage:500: status'],
    [['--cache-clock', 'slow'], '--cache-clock slow: must be instant, realistic'],
    [['--clock', 'noon'], '--clock noon: must be system, or a time such as 2026-01-01T00:00:00Z'],
    [['--seed', '1.5'], '--seed 1.5: must be random, or a whole number'],
    [['--empty=yes'], '--empty: takes no value'],
    [['--what'], '--what: unknown option'],
    [['what'], 'what: unexpected argument'],
    [['--data', ''], '--data'],
  ])('explains what is wrong with %j', (args, mistake) => {
    expect(readCommandLine(args)).toEqual({ kind: 'mistakes', mistakes: [expect.stringContaining(mistake)] });
  });

  it('reports all mistakes together', () => {
    expect(readCommandLine(['--port', 'x', '--latency', 'y', 'z'])).toMatchObject({
      mistakes: { length: 3 },
    });
  });

  it('documents every option in its help', () => {
    expect(readCommandLine(['--help', '--nonsense'])).toEqual({ kind: 'help' });
  });
});

describe('the program', () => {
  it('prints its URL and an example, and stops cleanly on a signal', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', main, '--port', '0'], { stdio: 'pipe' });
    const url = /listens on (\S+)/.exec(await firstOutput(child.stdout))?.[1] ?? '';
    const { status } = await request(url, 'GET', '/restapis');
    const closed = closing(child);
    child.kill('SIGTERM');
    expect([status, await closed]).toEqual([200, 0]);
  }, 20_000);

  it('has many waiting requests without a warning', async () => {
    const args = ['--import', 'tsx', main, '--port', '0', '--latency', '50'];
    const child = spawn(process.execPath, args, { stdio: 'pipe' });
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const url = /listens on (\S+)/.exec(await firstOutput(child.stdout))?.[1] ?? '';
    await Promise.all(Array.from({ length: 20 }, () => request(url, 'GET', '/restapis')));
    const closed = closing(child);
    child.kill('SIGTERM');
    expect([await closed, err]).toEqual([0, '']);
  }, 20_000);

  it('reads the environment', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      stdio: 'pipe',
      env: { ...process.env, EMBEDDED_PORT: 'nonsense' },
    });
    const [said, code] = await Promise.all([firstOutput(child.stderr), closing(child)]);
    expect([said, code]).toEqual([expect.stringContaining('EMBEDDED_PORT nonsense: '), 1]);
  }, 20_000);

  it('exits with 1 and prints every mistake to standard error', async () => {
    const { code, out, err } = await run('--port', 'x', '--wat');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/--wat: unknown option\n--port x: .*\nSee --help\.\n/);
  }, 20_000);

  it('prints the sample data as a state file, and its help', async () => {
    const [sample, help] = await Promise.all([run('--print-sample'), run('--help')]);
    expect(JSON.parse(sample.out)).toMatchObject({ format: 'embedded-stage-api', restApis: { length: 4 } });
    expect([sample.code, help.code]).toEqual([0, 0]);
    for (const option of [
      ...['--port', '--data', '--quota', '--latency', '--fail', '--hang', '--cache-clock'],
      ...['--empty', '--clock', '--seed', 'EMBEDDED_PORT', 'EMBEDDED_DATA'],
    ]) {
      expect(help.out).toContain(option);
    }
  }, 20_000);
});
