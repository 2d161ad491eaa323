import { describe, expect, test } from '@jest/globals';
import { readCommandLine } from '../../src/cli/command-line.ts';

describe('the command line', () => {
  test.each([
    [[], { kind: 'serve' }],
    [['serve'], { kind: 'serve' }],
    [['schema'], { kind: 'schema', auth: false }],
    [['schema', '--auth'], { kind: 'schema', auth: true }],
    [['stage-api', '--port', '0', '--help'], { kind: 'stage-api', args: ['--port', '0', '--help'] }],
    [['--help'], { kind: 'help' }],
    [['serve', '-h'], { kind: 'help' }],
    [['--version'], { kind: 'version' }],
    [['--print-config'], { kind: 'print-config' }],
    [['serve', '--print-config'], { kind: 'print-config' }],
  ])('%j', (args, command) => {
    expect(readCommandLine(args)).toEqual(command);
  });

  test.each([
    [['sreve'], 'sreve: no such command'],
    [['serve', 'now'], 'now: serve takes no such argument'],
    [['--port', '1'], "Unknown option '--port'"],
  ])('%j is a mistake that it names', (args, mistake) => {
    expect(readCommandLine(args)).toEqual({ kind: 'mistake', mistake: expect.stringContaining(mistake) });
  });
});
